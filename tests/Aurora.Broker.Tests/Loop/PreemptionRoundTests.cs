using Aurora.Broker.Scheduling.Preempting;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>Preemption as the loop does it (aurora-spec section 5.8).</summary>
public sealed class PreemptionRoundTests
{
    private static readonly Gen<(int Kind, int A, int B)[]> GenSteps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[1, 60];

    [Fact]
    public void WhenAProductionTaskHasWaitedForThreeMinutes_RoomIsMade_AndItGoesThere()
    {
        var world = Full(workers: 2);
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromSeconds(170));
        Assert.Empty(InState(world, TaskState.Preempting));
        world.Advance(TimeSpan.FromSeconds(80));

        var victims = InState(world, TaskState.Preempting);
        Assert.Equal(4, victims.Count);
        var kept = Assert.Single(world.State.Reservations.Values);
        Assert.All(victims, v => Assert.Equal(kept.Worker, v.Worker));
        Assert.All(victims, v => Assert.Equal("Preempted to make room for job devcluster/www-data/devel/web", v.Events[^1].Message));
        Assert.Equal($"4 tasks are being preempted on worker {kept.Worker} to make room", Reason(world, "web"));

        foreach (var victim in victims)
            world.Report(victim.Id, TaskState.Killed);
        var placed = Assert.Single(Tasks(world, "web"));
        Assert.Equal((TaskState.Assigned, kept.Worker), (placed.State, placed.Worker));
        Assert.Empty(world.State.Reservations);
        Assert.Equal(4, InState(world, TaskState.Pending).Count(t => t.Job.Name == "batch")); // The victims' next attempts.
    }

    [Fact]
    public void ThePartOfAFullClusterThatIsNotNeededIsLeftAlone()
    {
        var world = Full(workers: 3);
        world.Create(Production("web", cpu: 2));
        world.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, InState(world, TaskState.Preempting).Count);
    }

    [Fact]
    public void WhileAWorkerIsKept_NobodyElseGetsItsRoom()
    {
        var world = Full(workers: 1);
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromMinutes(5));
        var victims = InState(world, TaskState.Preempting);
        world.Report(victims[0].Id, TaskState.Killed);
        world.Create(Some.Job("thief", instances: 4));
        Assert.All(Tasks(world, "thief"), t => Assert.Equal(TaskState.Pending, t.State));
        Assert.Equal("3 tasks are being preempted on worker w0 to make room", Reason(world, "web"));
        foreach (var victim in victims.Skip(1))
            world.Report(victim.Id, TaskState.Killed);
        Assert.Equal(TaskState.Assigned, Assert.Single(Tasks(world, "web")).State);
    }

    [Fact]
    public void AReservationSurvivesAFailover()
    {
        var world = Full(workers: 2);
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromMinutes(4));
        var kept = Assert.Single(world.State.Reservations.Values);
        var victims = InState(world, TaskState.Preempting);
        world.Crash();
        world.Turn();
        Assert.Equal(kept, Assert.Single(world.State.Reservations.Values));
        Assert.Equal(victims.Select(v => v.Id).OrderBy(i => i.Value), world.Effects.OfType<ToWorker>().Select(e => e.Message).OfType<KillTask>().Select(k => k.TaskId).OrderBy(i => i.Value));

        world.Hello(0, cpu: 4);
        world.Hello(1, cpu: 4);
        world.Create(Some.Job("thief", instances: 4));
        foreach (var victim in victims)
            world.Report(victim.Id, TaskState.Killed);
        Assert.Equal((TaskState.Assigned, kept.Worker), Assert.Single(Tasks(world, "web").Select(t => (t.State, t.Worker!.Value))));
        Assert.All(Tasks(world, "thief"), t => Assert.Equal(TaskState.Pending, t.State));
    }

    [Fact]
    public void WhenTheGroupIsGone_ItsReservationGoesAtOnce_AndIsNotFoundAfterAFailover()
    {
        var world = Full(workers: 1);
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromMinutes(4));
        var victims = InState(world, TaskState.Preempting);
        world.Command(new KillTasks(Guid.NewGuid(), "ann", Production("web").Key, null, null));
        Assert.Empty(world.State.Reservations);
        world.Crash();
        Assert.Empty(world.State.Reservations);
        world.Hello(0, cpu: 4);
        foreach (var victim in victims)
            world.Report(victim.Id, TaskState.Killed);
        Assert.Empty(InState(world, TaskState.Pending)); // The victims' next attempts are back in their places.
    }

    [Fact]
    public void WhenTheGroupIsGoneBeforeTheSearch_NobodyIsEndedInVain()
    {
        var world = Full(workers: 1);
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromSeconds(179));
        world.Command(new KillTasks(Guid.NewGuid(), "ann", Production("web").Key, null, null));
        world.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(InState(world, TaskState.Preempting));
    }

    [Fact]
    public void WhenTheVictimsDoNotEnd_TheReservationIsOverAfterItsTime()
    {
        var world = Full(workers: 1, o => o with { Preemption = new PreemptionOptions { ReservationTime = TimeSpan.FromSeconds(100) } });
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromMinutes(4));
        var until = Assert.Single(world.State.Reservations.Values).Until;
        world.Advance(until - world.Now - TimeSpan.FromSeconds(1));
        Assert.Equal(until, Assert.Single(world.State.Reservations.Values).Until);
        world.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(world.State.Reservations);
    }

    [Fact]
    public void AGroupHasOneReservationAtATime_AndGoesOnAtOnceWhenItWasServed()
    {
        var world = Full(workers: 3);
        world.Create(Production("web", instances: 3));
        world.Advance(TimeSpan.FromMinutes(4));
        for (var served = 1; served <= 3; served++)
        {
            Assert.Single(world.State.Reservations);
            foreach (var victim in InState(world, TaskState.Preempting))
                world.Report(victim.Id, TaskState.Killed);
            Assert.Equal(served, Tasks(world, "web").Count(t => t.State == TaskState.Assigned));
        }

        Assert.Empty(world.State.Reservations);
    }

    [Fact]
    public void TwoGroupsNeverGetTheSameWorker_AndTheMoreImportantOneComesFirst()
    {
        var world = Full(workers: 1);
        world.Create(Production("minor"));
        world.Create(Production("major") with { Priority = 5 });
        world.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("major", Assert.Single(world.State.Reservations.Values).Job.Name);
    }

    [Fact]
    public void WhenTheKeptWorkerIsLost_RoomIsMadeElsewhere()
    {
        var world = Full(workers: 2);
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromMinutes(4));
        var first = Assert.Single(world.State.Reservations.Keys);
        world.Silence(first);
        world.Advance(TimeSpan.FromMinutes(2));
        Assert.NotEqual(first, Assert.Single(world.State.Reservations.Keys));
    }

    [Fact]
    public void WhatIsNotPreemptibleIsNotEnded_NorIsAnybodyForAPreemptibleTask()
    {
        var world = new MachineWorld();
        world.Hello(0, cpu: 4);
        world.Create(Production("db", role: "other"));
        world.Report(Assert.Single(Tasks(world, "db")).Id, TaskState.Running);
        world.Create(Production("web") with { Priority = 100 });
        world.Create(Some.Job("batch") with { Priority = 100 });
        world.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(InState(world, TaskState.Preempting));
        Assert.Equal(2, InState(world, TaskState.Pending).Count);
    }

    [Fact]
    public void WhenPreemptionIsSwitchedOff_NobodyIsEnded()
    {
        var world = Full(workers: 1, o => o with { Preemption = new PreemptionOptions { IsEnabled = false } });
        world.Create(Production("web"));
        world.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(InState(world, TaskState.Preempting));
    }

    [Fact]
    public void WhenThereIsMuchToSearch_ATurnDoesItsMeasure_AndTheNextGoesOn()
    {
        var world = Full(workers: 8, o => o with { WorkerLostAfter = TimeSpan.FromHours(1), Preemption = new PreemptionOptions { LooksPerTurn = 40 } });
        for (var i = 0; i < 8; i++)
            world.Create(Production($"web{i}"));
        world.Jump(TimeSpan.FromMinutes(3));
        Assert.InRange(world.State.Reservations.Count, 1, 7);
        Assert.Equal(world.Now, world.Machine.NextDue);
        for (var turns = 0; turns < 20 && world.Machine.HasMore; turns++)
            world.Turn();
        Assert.Equal(8, world.State.Reservations.Count);
        Assert.False(world.Machine.HasMore);
    }

    [Fact]
    public void WhateverHappens_OneReservationPerGroup_OnlyForThoseWhoWait_AndNoVictimOfEqualStanding() => GenSteps.Sample(steps =>
    {
        var world = new MachineWorld(o => o with { Preemption = new PreemptionOptions { Delay = TimeSpan.FromSeconds(30), SearchInterval = TimeSpan.FromSeconds(10), ReservationTime = TimeSpan.FromSeconds(40) } });
        foreach (var (kind, a, b) in steps)
        {
            var before = world.State.Tasks.Values.Where(t => t.State == TaskState.Preempting).Select(t => t.Id).ToHashSet();
            var reserved = world.State.Reservations.Values.ToHashSet<ReservationRecord>(ReferenceEqualityComparer.Instance);
            Step(world, kind, a, b);
            Check(world.State, before, reserved, isOneTurn: kind != 6);
        }
    }, iter: 600);

    private static void Step(MachineWorld world, int kind, int a, int b)
    {
        var job = Some.Job($"j{a % 4}", 1 + (b % 3), service: true, cpu: 1 + (b % 3), role: $"r{a % 2}") with
        {
            Tier = (a / 4 % 3) switch { 0 => "preferred", 1 => "preemptible", _ => "revocable" }, Priority = b % 2,
        };
        switch (kind)
        {
            case 0 or 1 or 2: world.Create(job); break;
            case 3: world.Command(new KillTasks(Guid.NewGuid(), "ann", job.Key, null, null)); break;
            case 4: world.Command(new StartUpdate(Guid.NewGuid(), "ann", job, null, null)); break;
            case 5: world.Hello(a % 2, cpu: 4); break;
            case 6: world.Advance(TimeSpan.FromSeconds(b % 80)); break;
            case 7: world.Crash(); break;
            default: world.Report(a, b); break;
        }
    }

    private static void Check(BrokerState state, HashSet<TaskId> preemptedBefore, HashSet<ReservationRecord> reservedBefore, bool isOneTurn)
    {
        Assert.All(state.Reservations.Values.GroupBy(r => (r.Job, r.ConfigurationId)), g => Assert.Single(g));
        foreach (var kept in state.Reservations.Values)
            Assert.True(state.IsAwaited(kept));
        foreach (var group in state.PendingGroups)
        {
            Assert.Equal(state.Reservations.Values.Where(r => r.IsFor(group.Job, group.ConfigurationId)).Select(r => state.Workers[r.Worker].Slot).Order(), group.Kept);
            foreach (var worker in state.Occupants.Workers(group))
            {
                var held = state.Tasks.Values.Where(t => t.State.IsOnWorker() && t.Worker == worker.Id).ToList();
                Assert.Equal(held.Count(t => t.State.IsBeingEnded()), worker.Occupants.Sum(o => o.Leaving));
                Assert.Equal(held.Where(t => t.State is TaskState.Assigned or TaskState.Starting or TaskState.Running).Select(t => t.Id.Value).Order(),
                    worker.Occupants.SelectMany(o => o.Tasks).Select(t => t.Value).Order());
            }
        }

        if (!isOneTurn)
            return;
        foreach (var victim in state.Tasks.Values.Where(t => t.State == TaskState.Preempting && !preemptedBefore.Contains(t.Id)))
        {
            var kept = state.Reservations[victim.Worker!.Value];
            Assert.DoesNotContain(kept, reservedBefore); // One reservation, one choice of victims.
            Assert.True(state.Configuration(kept.ConfigurationId).Claim.MayPreempt(state.ConfigurationOf(victim).Claim));
        }
    }

    // Each worker has four cores, and four preemptible tasks of one core on it.
    private static MachineWorld Full(int workers, Func<TurnOptions, TurnOptions>? with = null)
    {
        var world = new MachineWorld(with);
        for (var i = 0; i < workers; i++)
            world.Hello(i, cpu: 4);
        world.Create(Some.Job("batch", workers * 4, service: true));
        foreach (var task in InState(world, TaskState.Assigned))
            world.Report(task.Id, TaskState.Running);
        Assert.Equal(workers * 4, InState(world, TaskState.Running).Count);
        return world;
    }

    private static JobConfiguration Production(string name, int instances = 1, double cpu = 4, string role = "www-data") =>
        Some.Job(name, instances, service: true, cpu: cpu, role: role) with { Tier = "preferred" };

    private static List<TaskRecord> InState(MachineWorld world, TaskState state) =>
        [.. world.State.Tasks.Values.Where(t => t.State == state).OrderBy(t => t.Id.Value, StringComparer.Ordinal)];

    private static List<TaskRecord> Tasks(MachineWorld world, string name) => [.. world.State.Tasks.Values.Where(t => t.Job.Name == name)];

    private static string? Reason(MachineWorld world, string name)
    {
        world.Command(new GetTasks(Guid.NewGuid(), "ann", null, null, name, null, null, true, null, 10));
        return ((TaskPage)world.Answer!.Result!).Tasks[0].PendingReason;
    }
}
