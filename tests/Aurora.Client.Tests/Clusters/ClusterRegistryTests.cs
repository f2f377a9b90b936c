using Aurora.Client.Clusters;
using Aurora.Core.Errors;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Client.Tests.Clusters;

public sealed class ClusterRegistryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheOriginalsFile_IsReadWithFieldsThatMeanNothingHere()
    {
        var file = Write("a", """[{ "name": "west", "zk": "z", "scheduler_zk_path": "/aurora/scheduler", "auth_mechanism": "UNAUTHENTICATED", "address": "http://h:1" }]""");
        var west = new ClusterRegistry([file]).Find("west");
        Assert.Equal(new Uri("http://h:1"), west.Address);
    }

    [Fact]
    public void AnObjectFromNameToCluster_IsReadAsWell()
    {
        var file = Write("a", """{ "east": { "address": "amqps://u:p@h/v" }, /* ours */ "west": { "name": "west", "address": "https://h" }, }""");
        Assert.Equal(["east", "west"], new ClusterRegistry([file]).All().Select(c => c.Name));
    }

    [Fact]
    public void ALaterFile_OverridesAName_AndAMissingFileIsNoError()
    {
        var first = Write("a", """[{ "name": "x", "address": "http://old" }, { "name": "y", "address": "http://y" }]""");
        var later = Write("b", """[{ "name": "x", "address": "http://new", "token": "t" }]""");
        var registry = new ClusterRegistry([first, Path.Combine(folder.Path, "none", "clusters.json"), later]);
        Assert.Equal("new", registry.Find("x").Address!.Host);
        Assert.Equal("y", registry.Find("y").Address!.Host);
    }

    [Fact]
    public void EveryFaultOfAFile_IsToldAtOnce_WithItsPlace()
    {
        var file = Write("a", """[{ "address": "http://h" }, { "name": "b", "address": "gopher://secret@h" }, { "name": "c", "token": 7 }]""");
        var e = Assert.Throws<AuroraException>(() => new ClusterRegistry([file]).All());
        Assert.Equal(["[0].name", "[1].address", "[2].token"], e.Faults.Select(f => f.Field));
        Assert.All(e.Faults, f => Assert.Equal((ErrorCodes.InvalidClusterFile, file), (f.Code, f.File)));
        Assert.DoesNotContain("secret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotJson_IsToldWithItsLine()
    {
        var e = Assert.Throws<AuroraException>(() => new ClusterRegistry([Write("a", "[\n{]")]).All());
        Assert.Equal((ErrorCodes.InvalidClusterFile, 2), (e.Code, e.Faults[0].Line));
    }

    [Fact]
    public void AnUnknownCluster_IsToldWithTheKnownOnesAndTheFiles()
    {
        var file = Write("a", """[{ "name": "east", "address": "http://h" }, { "name": "west", "address": "http://h" }]""");
        var e = Assert.Throws<AuroraException>(() => new ClusterRegistry([file]).Find("north"));
        Assert.Equal(ErrorCodes.UnknownCluster, e.Code);
        Assert.Contains("'north'", e.Message, StringComparison.Ordinal);
        Assert.Contains("east, west", e.Message, StringComparison.Ordinal);
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AClusterWithoutAnAddress_IsListed_ButCannotBeUsed()
    {
        var registry = new ClusterRegistry([Write("a", """[{ "name": "old", "zk": "z" }, { "name": "new", "address": "http://h" }]""")]);
        Assert.Equal(2, registry.All().Count);
        Assert.Equal(ErrorCodes.InvalidClusterFile, Assert.Throws<AuroraException>(() => registry.Find("old")).Code);
    }

    [Fact]
    public void ACluster_DoesNotPrintItsSecrets()
    {
        var text = new ClusterEntry("x", new Uri("amqp://user:hunter2@host/v"), "token-1", "f").ToString();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("token-1", text, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.Path, name + ".json");
        File.WriteAllText(path, text);
        return path;
    }
}
