using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Core.Tests.Messages;

/// <summary>
/// Holds every message to the exact bytes that it had when it was first released. A test that fails here says that running clusters would not
/// understand each other: add a version instead of changing a golden file. For a new message, AURORA_WRITE_GOLDEN=1 writes the missing files.
/// </summary>
public sealed class GoldenFileTests
{
    public static TheoryData<string> Names =>
        [.. MessageCatalog.All.Select(c => $"{c.Name}.v{c.Version}"), .. Sample.Results.Select(r => $"results/{JsonNamingPolicy.SnakeCaseLower.ConvertName(r.GetType().Name)}")];

    [Theory]
    [MemberData(nameof(Names))]
    public void WhatIsWritten_IsTheGoldenFile(string name) => Assert.Equal(Encoding.UTF8.GetString(Golden(name)), Encoding.UTF8.GetString(Write(Of(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void TheGoldenFile_IsReadBack_AndFieldsThatItDoesNotKnowAreIgnored(string name)
    {
        var newer = JsonNode.Parse(Golden(name))!.AsObject();
        newer.Insert(0, "added_later", new JsonObject { ["x"] = 1 });

        foreach (var body in new[] { Golden(name), Encoding.UTF8.GetBytes(newer.ToJsonString()) })
        {
            Assert.Equal(Encoding.UTF8.GetString(Golden(name)), Encoding.UTF8.GetString(Write(ReadBack(name, body))));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSample_HasEveryFieldFilledIn(string name) => AssertFilled(Of(name), name);

    [Fact]
    public void EveryGoldenFile_BelongsToAMessage() => Assert.Equal(
        Names.Select(row => (string)row).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Folder(), "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder(), f).Replace('\\', '/')[..^5]).Order(StringComparer.Ordinal));

    [Fact]
    public void AnUnknownName_IsAnError() => Assert.Equal((null, "unknown message name 'make_coffee'"), MessageCatalog.Read("make_coffee", 1, "{}"u8));

    [Fact]
    public void AnotherVersion_IsAnError() =>
        Assert.Equal((null, "message 'kill_task' has version 2; this program knows version 1"), MessageCatalog.Read("kill_task", 2, "{}"u8));

    [Theory]
    [InlineData("null", "message 'kill_task' is null")]
    [InlineData("{", "message 'kill_task' cannot be read: ")]
    [InlineData("""{"task_id":"../x","reason":"r"}""", "message 'kill_task' cannot be read: ")]
    [InlineData("""{"task_id":5,"reason":"r"}""", "message 'kill_task' cannot be read: ")]
    [InlineData("[]", "message 'kill_task' cannot be read: ")]
    public void ABodyThatIsNoMessage_IsAnError(string body, string error)
    {
        var (message, actual) = MessageCatalog.Read("kill_task", 1, Encoding.UTF8.GetBytes(body));

        Assert.Null(message);
        Assert.StartsWith(error, actual, StringComparison.Ordinal);
    }

    [Fact]
    public void TheContractOfAType_IsFound() => Assert.Equal("launch_task", MessageCatalog.Of(typeof(LaunchTask)).Name);

    /// <summary>Fields were added to these messages; what a program of the release before wrote must still be read, with the defaults in their place.</summary>
    [Fact]
    public void WhatWasWrittenBeforeAFieldWasAdded_IsReadWithItsDefault()
    {
        var launch = (LaunchTask)ReadBack("launch_task.v1", Without("launch_task.v1", "health_check_config", "lifecycle", "announce"));
        Assert.Equal((15.0, "/health"), (launch.HealthCheckConfig.InitialIntervalSecs, launch.HealthCheckConfig.HealthChecker.Http?.Endpoint));
        Assert.Equal(new HttpLifecycleConfiguration(), launch.Lifecycle.Http);
        Assert.Null(launch.Announce);

        Assert.False(((WorkerHello)ReadBack("worker_hello.v1", Without("worker_hello.v1", "draining"))).Draining);
    }

    private static byte[] Without(string name, params string[] fields)
    {
        var body = JsonNode.Parse(Golden(name))!.AsObject();
        Assert.All(fields, field => Assert.True(body.Remove(field)));
        return Encoding.UTF8.GetBytes(body.ToJsonString());
    }

    private static object Of(string name) => name.StartsWith("results/", StringComparison.Ordinal)
        ? Sample.Results.Single(r => name == $"results/{JsonNamingPolicy.SnakeCaseLower.ConvertName(r.GetType().Name)}")
        : Sample.Messages.Single(m => name == $"{MessageCatalog.Of(m.GetType()).Name}.v{MessageCatalog.Of(m.GetType()).Version}");

    private static byte[] Write(object message) => JsonSerializer.SerializeToUtf8Bytes(message, Type(message.GetType()));

    private static object ReadBack(string name, byte[] body)
    {
        if (name.StartsWith("results/", StringComparison.Ordinal))
        {
            return JsonSerializer.Deserialize(body, Type(Of(name).GetType()))!;
        }

        var (message, error) = MessageCatalog.Read(name.Split(".v")[0], int.Parse(name.Split(".v")[1]), body);
        Assert.Null(error);
        return message!;
    }

    private static JsonTypeInfo Type(Type type) => AuroraJson.Default.GetTypeInfo(type)!;

    private static void AssertFilled(object value, string path)
    {
        if (value is not string and IEnumerable items)
        {
            var list = items.Cast<object>().ToList();
            Assert.True(list.Count > 0, $"{path} is empty");
            Assert.All(list.Where(i => i.GetType().Namespace!.StartsWith("Aurora", StringComparison.Ordinal)), item => AssertFilled(item, path));
            return;
        }

        if (value.GetType().IsEnum || AuroraJson.Default.GetTypeInfo(value.GetType()) is not { Kind: JsonTypeInfoKind.Object } type)
        {
            return;
        }

        foreach (var property in type.Properties.Where(p => p.Get is not null))
        {
            var inside = property.Get!(value);
            Assert.True(inside is not null, $"{path}.{property.Name} is not filled in");
            AssertFilled(inside!, $"{path}.{property.Name}");
        }
    }

    private static byte[] Golden(string name)
    {
        var file = Path.Combine(Folder(), $"{name}.json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("AURORA_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, Write(Of(name)));
        }

        Assert.True(File.Exists(file), $"{name} has no golden file; see the comment at the top of this class");
        return File.ReadAllBytes(file);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(here))!, "Golden");
}
