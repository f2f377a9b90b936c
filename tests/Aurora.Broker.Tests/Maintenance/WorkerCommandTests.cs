using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>The commands about workers: whom they mean, what they refuse, what they answer.</summary>
public sealed class WorkerCommandTests
{
    [Fact]
    public void WhenAWorkerIsNotKnown_TheWholeCommandIsRefused_AndNamesIt() // Aurora silently left unknown hosts out of its answer.
    {
        var world = World();
        foreach (var command in new ICommand[] { Drain("a1", "nobody", "no-host"), new DeactivateWorkers(Guid.NewGuid(), "op", ["a1", "nobody", "no-host"], null), new ActivateWorkers(Guid.NewGuid(), "op", ["a1", "nobody", "no-host"]) })
        {
            var reply = world.Send(command);
            Assert.Equal((ReplyCode.InvalidRequest, ErrorCodes.WorkerNotFound), (reply.Code, reply.ErrorCode));
            Assert.Equal("no worker has the id or host name 'nobody', 'no-host'; nothing was changed", reply.Message);
            Assert.Equal(MaintenanceMode.None, world.Mode("a1"));
        }
    }

    [Fact]
    public void WhenManyAreUnknown_TheFirstTenAreNamed() => Assert.Contains("'n9' and 3 more;",
        World().Send(Drain([.. Enumerable.Range(0, 13).Select(i => $"n{i}")])).Message, StringComparison.Ordinal);

    [Fact]
    public void AHostName_MeansAllWorkersOfTheHost_InWhicheverCase()
    {
        var world = World();
        var changed = (WorkersChanged)world.Ask(Drain("HOST-A", "b1", "b1")).Result!;
        Assert.Equal(["a1", "a2", "b1"], changed.Workers.Select(w => w.Id.Value));
        Assert.All(changed.Workers, w => Assert.Equal(MaintenanceMode.Drained, w.Mode));
        Assert.Equal(MaintenanceMode.None, world.Mode("c1"));
    }

    [Fact]
    public void AnIdIsExact() => Assert.Equal(ErrorCodes.WorkerNotFound, World().Send(Drain("A1")).ErrorCode);

    [Fact]
    public void ADrainedWorker_ShowsWhoWantedItWhenAndWhy()
    {
        var world = World();
        world.Run(DrainWorld.Service(instances: 8));
        var worker = ((WorkersChanged)world.Ask(Drain("a1")).Result!).Workers.Single();
        Assert.Equal((MaintenanceMode.Draining, true, 2), (worker.Mode, worker.Draining, worker.Tasks));
        Assert.Equal(new DrainRequest("op", world.Now, world.Now.AddDays(7), new SlaPolicyConfiguration { Percentage = 95, DurationSecs = 1800 }, "why"), worker.Drain);
    }

    [Fact]
    public void AnnouncedMaintenance_KeepsTheTasks_AndNeverCallsOffADrain()
    {
        var world = World();
        world.Run(DrainWorld.Service(instances: 8));
        world.Send(Drain("a1"));
        var reply = world.Ask(new DeactivateWorkers(Guid.NewGuid(), "op", ["a1", "b1"], "power"));
        Assert.Equal("2 workers deactivated. 1 of them had been drained, or are being drained, and stay so.", reply.Message);
        Assert.Equal((MaintenanceMode.Draining, MaintenanceMode.Scheduled), (world.Mode("a1"), world.Mode("b1")));
        Assert.Equal(2, world.On("b1").Count());

        world.Crash();
        Assert.Equal((MaintenanceMode.Draining, MaintenanceMode.Scheduled), (world.Mode("a1"), world.Mode("b1")));
        world.Activate("a1", "b1");
        Assert.Equal((MaintenanceMode.None, MaintenanceMode.None), (world.Mode("a1"), world.Mode("b1")));
    }

    [Fact]
    public void WorkersAreListedById_PageByPage_ByIdOrHost()
    {
        var world = World();
        Assert.Equal(["a1", "a2", "b1", "c1"], Ids(world, null, null, 10, out _));
        Assert.Equal(["a1", "a2"], Ids(world, null, null, 2, out var next));
        Assert.Equal(["b1", "c1"], Ids(world, null, next, 2, out next));
        Assert.Null(next);
        Assert.Equal(["a1", "a2"], Ids(world, "host-A*", null, 10, out _));
        Assert.Equal(["a1", "b1", "c1"], Ids(world, "?1", null, 10, out _));
        Assert.Equal(["b1"], Ids(world, "b1", null, 10, out _));
        Assert.Empty(Ids(world, "b", null, 10, out _));
    }

    [Fact]
    public void AWorkerThatWasNotHeardSinceThisBrokerLeads_HasNoTimeOfItsLastSign()
    {
        var world = World();
        Assert.Equal(world.Now, Workers(world)[0].LastHeard);
        world.Crash();
        world.Advance(3);
        Assert.All(Workers(world), w => Assert.Null(w.LastHeard));
        world.Hello("a1", "host-a");
        Assert.Equal(world.Now, Workers(world)[0].LastHeard);
    }

    [Fact]
    public async Task WhatIsWrong_IsRefusedAtTheDoor_WithFieldValueAndRule()
    {
        await using var cluster = await TestCluster.StartAsync();
        var id = Guid.NewGuid();
        async Task<IEnumerable<(string, string)>> Faults(ICommand command) => (await cluster.SendAsync(command)).Faults.Select(f => (f.Field, f.Value));

        Assert.Equal([("workers", "0 of them")], await Faults(new ActivateWorkers(id, "op", [])));
        Assert.Equal([("workers", "1001 of them"), ("message", "1025 characters")], await Faults(new DeactivateWorkers(id, "op", [.. Enumerable.Repeat("w", 1001)], new string('x', 1025))));
        Assert.Equal([("workers[1]", ""), ("timeout_secs", "-1"), ("default_policy.percentage", "101")],
            await Faults(new DrainWorkers(id, "op", ["w", ""], new SlaPolicyConfiguration { Percentage = 101, DurationSecs = 1 }, -1, null)));
        Assert.Equal([("timeout_secs", "2592001"), ("default_policy", "")], await Faults(new DrainWorkers(id, "op", ["w"], new SlaPolicyConfiguration(), 2592001, null)));
        Assert.Equal([("name", ""), ("limit", "1001")], await Faults(new GetWorkers(id, "op", "", null, 1001)));
    }

    [Fact]
    public async Task ADrainOverTheBus_IsStored_AndOutlivesTheBroker()
    {
        await using var cluster = await TestCluster.StartAsync();
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job(service: true));
        await worker.NextAsync<LaunchTask>();
        await cluster.SendAsync(new DrainWorkers(Guid.NewGuid(), "op", ["w1.example.org"], null, null, null));
        await worker.NextAsync<KillTask>();

        await cluster.RestartBrokerAsync();
        var shown = (await cluster.ReadAsync<WorkerPage>(new GetWorkers(Guid.NewGuid(), "op", "w1", null, 10))).Workers.Single();
        Assert.Equal((MaintenanceMode.Draining, "op"), (shown.Mode, shown.Drain?.User));
    }

    [Fact]
    public async Task APolicyOfAJobThatIsNotProduction_IsRefused_UnlessTheOptionLetsItIn()
    {
        var job = DrainWorld.Service(tier: null, policy: DrainWorld.Percent(95));
        await using (var cluster = await TestCluster.StartAsync())
        {
            var reply = await cluster.CreateAsync(job);
            Assert.Equal((ErrorCodes.InvalidCombination, "sla_policy", "in tier preemptible"), (reply.ErrorCode, reply.Faults.Single().Field, reply.Faults.Single().Value));
        }

        await using var other = await TestCluster.StartAsync(o => o with { Sla = o.Sla with { KeepsNonProduction = true } });
        Assert.Equal(ReplyCode.Ok, (await other.CreateAsync(job)).Code);
    }

    private static DrainWorld World()
    {
        var world = new DrainWorld();
        world.Hello("b1", "host-b");
        world.Hello("a2", "host-a");
        world.Hello("a1", "Host-a");
        world.Hello("c1", "host-c");
        return world;
    }

    private static DrainWorkers Drain(params string[] workers) => new(Guid.NewGuid(), "op", workers, null, null, "why");

    private static IReadOnlyList<WorkerSummary> Workers(DrainWorld world) => ((WorkerPage)world.Ask(new GetWorkers(Guid.NewGuid(), "op", null, null, 10)).Result!).Workers;

    private static IEnumerable<string> Ids(DrainWorld world, string? name, string? after, int limit, out string? next)
    {
        var page = (WorkerPage)world.Ask(new GetWorkers(Guid.NewGuid(), "op", name, after, limit)).Result!;
        next = page.Next;
        return page.Workers.Select(w => w.Id.Value);
    }
}
