using Aurora.Client.Clusters;
using Aurora.Core.Errors;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Client.Tests.Clusters;

public sealed class ClusterRegistrationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => Path.Combine(folder.Path, "made", "clusters.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task ARegisteredCluster_IsFoundWithItsToken_AndIsGoneAfterwards()
    {
        var registration = await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5"), TestContext.Current.CancellationToken);
        Assert.Equal("t", new ClusterRegistry([File]).Find("devcluster").Token);
        await registration.UnregisterAsync(TestContext.Current.CancellationToken);
        Assert.Empty(new ClusterRegistry([File]).All());
        Assert.Equal(["clusters.json"], Directory.GetFiles(Path.GetDirectoryName(File)!).Select(Path.GetFileName));
    }

    [Fact]
    public async Task TheFile_CanBeReadByItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("file modes are Unix");
            return; // Assert.Skip throws; the platform analyzer does not know.
        }

        await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5"), TestContext.Current.CancellationToken);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task OtherEntries_Stay_AndAReplacedOneComesBack()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, """{ "other": { "address": "http://o", "zk": "kept" }, "devcluster": { "address": "http://mine" } }""");
        var registration = await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5"), TestContext.Current.CancellationToken);
        var registry = new ClusterRegistry([File]);
        Assert.Equal(("127.0.0.1", "o"), (registry.Find("devcluster").Address!.Host, registry.Find("other").Address!.Host));
        await registration.UnregisterAsync(TestContext.Current.CancellationToken);
        Assert.Equal("mine", registry.Find("devcluster").Address!.Host);
        Assert.Contains("kept", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatACrashedClusterLeft_IsReplaced_AndDoesNotComeBack()
    {
        await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5"), TestContext.Current.CancellationToken);
        var next = await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:6"), TestContext.Current.CancellationToken);
        await next.UnregisterAsync(TestContext.Current.CancellationToken);
        Assert.Empty(new ClusterRegistry([File]).All());
    }

    [Fact]
    public async Task AnEntryThatSomebodyElseMadeSince_IsLeftAlone()
    {
        var first = await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5"), TestContext.Current.CancellationToken);
        await ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:6"), TestContext.Current.CancellationToken);
        await first.UnregisterAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, new ClusterRegistry([File]).Find("devcluster").Address!.Port);
    }

    [Fact]
    public async Task AFileThatCannotBeUnderstood_IsNotTouched()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "[{ broken");
        var e = await Assert.ThrowsAsync<AuroraException>(() => ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5"), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.InvalidClusterFile, e.Code);
        Assert.Equal("[{ broken", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task ManyAtOnce_LoseNobodysEntry()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            ClusterRegistration.RegisterAsync(Entry("http://127.0.0.1:5") with { Name = $"c{i}" }, TestContext.Current.CancellationToken))));
        Assert.Equal(8, new ClusterRegistry([File]).All().Count);
    }

    private ClusterEntry Entry(string address) => new("devcluster", new Uri(address), "t", File);
}
