using Aurora.Broker.Hosting;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
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
        File.WriteAllText(path, """{ "cluster": "a/b", "http_address": "localhost", "lease_secs": 0.1, "worker_lost_secs": 0.5, "web_token": "short", "drain_look_secs": 0, "sla": { "coordinators_at_once": 0, "coordinator_timeout_secs": 0 }, "allowed_environments": "(", "placement": { "default_strategy": "heap", "max_per_turn": 0, "max_looks_per_turn": 1 } }""");
        var error = Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path).ToSettings(path));
        Assert.Equal(ErrorCodes.InvalidConfiguration, error.Code);
        Assert.Superset(
            new HashSet<string> { "cluster", "http_address", "lease_secs", "worker_lost_secs", "web_token", "allowed_environments", "amqp", "drain_look_secs", "sla.coordinators_at_once", "sla.coordinator_timeout_secs",
                "placement.default_strategy", "placement.max_per_turn", "placement.max_looks_per_turn" },
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
              "store": { "sqlite_file": "{{folder["a.db"]}}" }, "retention": { "tasks_per_job": 5, "updates_per_job": 3 },
              "sla": { "keeps_non_production": true, "coordinator_timeout_secs": 30, "coordinators_at_once": 5 }, "drain_look_secs": 60,
              "placement": { "default_strategy": "pack", "max_per_turn": 7 } }
            """);
        var settings = ConfigurationFile.Read(path).ToSettings(path);
        Assert.Equal("prod1", settings.Broker.ClusterName);
        Assert.Equal(TimeSpan.FromSeconds(0.5), settings.Broker.Lease.Renewal);
        Assert.Equal((5, 3), (settings.Broker.Retention.MaxEndedTasksPerJob, settings.Broker.Retention.MaxEndedUpdatesPerJob));
        Assert.Equal(new PlacementOptions { DefaultStrategy = PlacementStrategy.Pack, MaxPerTurn = 7 }, settings.Broker.Placement);
        Assert.Equal(folder["a.db"], settings.Store.SqliteFile);
        Assert.Single(settings.Amqp);
        Assert.Equal((true, TimeSpan.FromSeconds(30), 5), (settings.Broker.Sla.KeepsNonProduction, settings.Broker.Sla.CoordinatorTimeout, settings.Broker.Sla.CoordinatorsAtOnce));
        Assert.Equal(TimeSpan.FromSeconds(60), settings.Broker.Drains.LookInterval);
    }

    [Fact]
    public void UnknownFieldsAndValuesOfTheWrongKind_AreAllNamed_InOurWords()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, """{ "clutser": "x", "amqp": "secret", "lease_secs": "1", "store": { "sqlite": "x", "sql_server": 5 }, "retention": [], "name": null, "sla": { "keeps_non_production": "yes" } }""");
        var error = Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path));
        Assert.Equal(["clutser", "amqp", "lease_secs", "store.sqlite", "store.sql_server", "retention", "sla.keeps_non_production"], error.Faults.Select(f => f.Field));
        Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTimesOfATasksLifeAreRead()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, $$"""
            { "cluster": "prod1", "amqp": ["amqp://guest:guest@localhost:5672/"], "store": { "sqlite_file": "{{folder["a.db"]}}" },
              "timeouts": { "transient_secs": 100, "starting_secs": 200, "kill_bound_secs": 20, "launch_retry_secs": 2, "kill_retry_secs": 3 },
              "flapping": { "threshold_secs": 60, "initial_delay_secs": 5, "max_delay_secs": 50 }, "reconciliation": { "differs_secs": 7, "hello_interval_secs": 8 } }
            """);
        var broker = ConfigurationFile.Read(path).ToSettings(path).Broker;
        Assert.Equal(new TimeoutOptions { Transient = Seconds(100), Starting = Seconds(200), KillBound = Seconds(20), LaunchRetry = Seconds(2), KillRetry = Seconds(3) }, broker.Timeouts);
        Assert.Equal(new BackoffOptions { FlappingThreshold = Seconds(60), InitialDelay = Seconds(5), MaxDelay = Seconds(50) }, broker.Backoff);
        Assert.Equal(new ReconciliationOptions { DiffersFor = Seconds(7), HelloInterval = Seconds(8) }, broker.Reconciliation);

        static TimeSpan Seconds(int n) => TimeSpan.FromSeconds(n);
    }

    [Fact]
    public void TimesOfATasksLifeThatCannotBeUsed_AreAllNamed()
    {
        var faults = new BrokerOptions
        {
            ClusterName = "c",
            Timeouts = new TimeoutOptions { Transient = TimeSpan.Zero, Starting = TimeSpan.Zero, KillBound = TimeSpan.Zero, LaunchRetry = TimeSpan.Zero, KillRetry = TimeSpan.Zero },
            Backoff = new BackoffOptions { FlappingThreshold = TimeSpan.FromDays(1), InitialDelay = TimeSpan.FromMinutes(9) },
            Reconciliation = new ReconciliationOptions { DiffersFor = TimeSpan.Zero, HelloInterval = TimeSpan.Zero },
        }.Validate();
        Assert.Equal(
            ["timeouts.transient_secs", "timeouts.starting_secs", "timeouts.kill_bound_secs", "timeouts.launch_retry_secs", "timeouts.kill_retry_secs", "flapping.threshold_secs",
                "flapping.initial_delay_secs", "reconciliation.differs_secs", "reconciliation.hello_interval_secs"],
            faults.Select(f => f.Field));
    }

    [Fact]
    public void TiersAndTheDefaultQuotaAreRead()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, $$"""
            { "cluster": "prod1", "amqp": ["amqp://guest:guest@localhost:5672/"], "store": { "sqlite_file": "{{folder["a.db"]}}" },
              "tiers": { "gold": {}, "iron": { "preemptible": true, "revocable": true } }, "default_tier": "iron", "default_quota": { "cpu": 1.5, "ram": "2GB" },
              "preemption": { "enabled": false, "delay_secs": 0, "search_interval_secs": 5, "reservation_secs": 60, "looks_per_turn": 1000 } }
            """);
        var broker = ConfigurationFile.Read(path).ToSettings(path).Broker;
        Assert.Equal([new Tier("gold", false, false), new Tier("iron", true, true)], broker.Tiers.Tiers);
        Assert.Equal("iron", broker.Tiers.Default);
        Assert.Equal(new QuotaAmount(1.5, 2L << 30, 0), broker.DefaultQuota);
        Assert.Equal(new PreemptionOptions { IsEnabled = false, Delay = TimeSpan.Zero, SearchInterval = TimeSpan.FromSeconds(5), ReservationTime = TimeSpan.FromMinutes(1), LooksPerTurn = 1000 }, broker.Preemption);
    }

    [Fact]
    public void WrongTiersAndQuotasAreNamed()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, """{ "cluster": "a", "tiers": { "x": { "preemtible": true } }, "default_quota": { "cpu": "1" } }""");
        Assert.Equal(["tiers.x.preemtible", "default_quota.cpu"], Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path)).Faults.Select(f => f.Field));
        File.WriteAllText(path, """{ "cluster": "a", "tiers": { "x": { "preemptible": 1 } } }""");
        Assert.Equal("must be true or false", Assert.Single(Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path)).Faults).Rule);
        File.WriteAllText(path, """{ "cluster": "a", "default_tier": "x", "default_quota": { "cpu": 1, "ram": "much" }, "preemption": { "delay_secs": -1, "search_interval_secs": 0, "reservation_secs": 1, "looks_per_turn": 1 } }""");
        Assert.Superset(new HashSet<string>
            {
                "default_tier", "default_quota.ram", "preemption.delay_secs", "preemption.search_interval_secs", "preemption.reservation_secs", "preemption.looks_per_turn",
            },
            Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path).ToSettings(path)).Faults.Select(f => f.Field).ToHashSet());
    }

    [Fact]
    public void WhatIsNoAmountOrNoStrategy_IsReportedAsItWasWritten()
    {
        using var folder = new TemporaryFolder("config");
        var path = folder["broker.json"];
        File.WriteAllText(path, $$"""
            { "cluster": "prod1", "amqp": ["amqp://guest:guest@localhost:5672/"], "store": { "sqlite_file": "{{folder["a.db"]}}" }, "retention": { "updates_per_job": 0 },
              "default_quota": { "cpu": -1, "ram": "12XY", "disk": "much" }, "placement": { "default_strategy": "heap" } }
            """);
        Assert.Equal(
            [("default_quota.cpu", "-1"), ("default_quota.disk", "much"), ("default_quota.ram", "12XY"), ("placement.default_strategy", "heap"), ("retention.updates_per_job", "0")],
            Assert.Throws<AuroraException>(() => ConfigurationFile.Read(path).ToSettings(path)).Faults.Select(f => (f.Field, f.Value)).Order());
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
