using Aurora.Broker.Hosting;
using Aurora.Broker.Scheduling;
using Aurora.Core.Errors;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Broker.Tests.Hosting;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void AllThatIsWrongIsReportedAtOnce()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, """{ "cluster": "a/b", "http_address": "localhost", "lease_secs": 0.1, "worker_lost_secs": 0.5, "web_token": "short", "allowed_environments": "(", "placement": { "default_strategy": "heap", "max_per_turn": 0, "max_looks_per_turn": 1 } }""");
        var error = Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path).ToSettings(path));
        Assert.Equal(ErrorCodes.InvalidConfiguration, error.Code);
        Assert.Superset(
            new HashSet<string> { "cluster", "http_address", "lease_secs", "worker_lost_secs", "web_token", "allowed_environments", "amqp", "placement.default_strategy", "placement.max_per_turn", "placement.max_looks_per_turn" },
            error.Faults.Select(f => f.Field).ToHashSet());
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
        Assert.All(error.Faults, f => Assert.Equal(path, f.File));
    }

    [Fact]
    public void AGoodFileIsRead()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, $$"""
            { // comments are let in
              "cluster": "prod1", "http_address": "http://127.0.0.1:0", "lease_secs": 2, "amqp": ["amqp://guest:guest@localhost:5672/"],
              "store": { "sqlite_file": "{{folder["a.db"]}}" }, "retention": { "tasks_per_job": 5 }, "placement": { "default_strategy": "pack", "max_per_turn": 7 } }
            """);
        var settings = ConfigurationFile.Read(path).ToSettings(path);
        Assert.Equal("prod1", settings.Broker.ClusterName);
        Assert.Equal(TimeSpan.FromSeconds(0.5), settings.Broker.Lease.Renewal);
        Assert.Equal(5, settings.Broker.Retention.MaxEndedTasksPerJob);
        Assert.Equal(new PlacementOptions { DefaultStrategy = PlacementStrategy.Pack, MaxPerTurn = 7 }, settings.Broker.Placement);
        Assert.Equal(folder["a.db"], settings.Store.SqliteFile);
        Assert.Single(settings.Amqp);
    }

    [Fact]
    public void UnknownFieldsAndValuesOfTheWrongKind_AreAllNamed_InOurWords()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, """{ "clutser": "x", "amqp": "secret", "lease_secs": "1", "store": { "sqlite": "x", "sql_server": 5 }, "retention": [], "name": null }""");
        var error = Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path));
        Assert.Equal(["clutser", "amqp", "lease_secs", "store.sqlite", "store.sql_server", "retention"], error.Faults.Select(f => f.Field));
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"clutser\": \"x\" }")]
    [InlineData("{")]
    [InlineData("null")]
    public void AnUnreadableFileIsRefused(string text)
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, text);
        Assert.Equal(ErrorCodes.InvalidConfiguration, Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path)).Code);
    }

    [Fact]
    public async Task TheProgramSaysWhatIsWrongByItsExitCode()
    {
        Assert.Equal(0, await BrokerProgram.RunAsync(["--help"]));
        Assert.Equal(2, await BrokerProgram.RunAsync([]));
        Assert.Equal(2, await BrokerProgram.RunAsync(["--config", "/nowhere/broker.json"]));
    }
}
