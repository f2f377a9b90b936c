using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

public sealed class PlacementTests
{
    private static readonly JobKey Job = JobKey.Parse("c/r/devel/j");
    private static readonly JobKey Other = JobKey.Parse("c/r/devel/k");

    private static readonly Gen<Capacity> GenNeed = Gen.Select(Gen.Long[1, 4], Gen.Long[1, 4], Gen.Long[1, 4], (c, r, d) => new Capacity(c * 500_000, r << 20, d << 20, 0));
    private static readonly Gen<WorkerOffer> GenWorker = Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 3], Gen.Long[0, 12], Gen.Long[0, 12], Gen.Long[0, 12], Gen.Int[0, 3],
        (id, presence, c, r, d, tasks) => Worker($"w{id}", new Capacity(c * 500_000, r << 20, d << 20, 0), (WorkerPresence)presence, tasks));
    private static readonly Gen<GroupDemand> GenGroup = Gen.Select(Gen.Bool, GenNeed, Gen.Int[1, 20], (first, need, count) => new GroupDemand(first ? Job : Other, need, count));

    [Fact]
    public void ItNeverGivesAWorkerMoreThanItHas_AndPlacesAllThatFits() =>
        Gen.Select(GenGroup.Array[0, 6], GenWorker.Array[0, 6]).Sample((groups, workers) =>
        {
            workers = [.. workers.DistinctBy(w => w.Worker)];
            var round = Placement.Decide(groups, workers);
            var free = workers.ToDictionary(w => w.Worker, w => w.Free);
            for (var g = 0; g < groups.Length; g++)
            {
                foreach (var worker in round[g].Workers)
                {
                    Assert.Equal(WorkerPresence.Up, workers.Single(w => w.Worker == worker).Presence);
                    Assert.True(groups[g].Need.FitsInto(free[worker]));
                    free[worker] -= groups[g].Need;
                }

                var isComplete = round[g].Workers.Count == groups[g].Count;
                Assert.Equal(isComplete, round[g].PendingReason is null);
                if (!isComplete)
                    Assert.DoesNotContain(workers, w => w.Presence == WorkerPresence.Up && groups[g].Need.FitsInto(free[w.Worker]));
            }
        });

    [Fact]
    public void TasksOfAJobAreSpreadOverTheWorkers() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 30]).Sample((workers, tasks) =>
        {
            var offers = Enumerable.Range(0, workers).Select(i => Worker($"w{i}", new Capacity(100_000_000, 1 << 30, 1 << 30, 0))).ToArray();
            var placed = Placement.Decide([new GroupDemand(Job, new Capacity(1_000_000, 1, 1, 0), tasks)], offers)[0].Workers;
            var counts = offers.Select(o => placed.Count(p => p == o.Worker)).ToList();
            Assert.Equal(tasks, counts.Sum());
            Assert.True(counts.Max() - counts.Min() <= 1);
        });

    [Fact]
    public void AWorkerWithFewerTasksOfTheJobComesFirst()
    {
        var room = new Capacity(4_000_000, 1 << 30, 1 << 30, 0);
        var placed = Placement.Decide([new GroupDemand(Job, new Capacity(1_000_000, 1, 1, 0), 1)], [Worker("busy", room, tasks: 2), Worker("idle", room, tasks: 1)]);
        Assert.Equal([new WorkerId("idle")], placed[0].Workers);
    }

    [Fact]
    public void TheReasonNamesTheShortageAndTheWorkersThatAreDown()
    {
        var need = new Capacity(4_000_000, 1 << 20, 1 << 20, 0);
        var workers = new[]
        {
            Worker("a", new Capacity(2_000_000, 1 << 30, 1 << 30, 0)), Worker("b", new Capacity(1_000_000, 1 << 30, 1 << 30, 0)),
            Worker("c", new Capacity(8_000_000, 1 << 30, 1 << 30, 0), WorkerPresence.Down),
        };
        Assert.Equal("needs 4 cores; 2 of 3 workers have 2 cores or less free; the largest worker has 2 cores in all; 1 is down", Reason(need, workers));
        Assert.Equal("the only worker is down", Reason(need, [workers[2]]));
        Assert.Equal("no worker is registered", Reason(need, []));
        Assert.Equal("1 has not reported yet", Reason(need, [workers[0] with { Presence = WorkerPresence.Expected }]));
        Assert.Equal("needs 2 GB memory; 1 of 1 worker has 1 GB memory or less free; the largest worker has 1 GB memory in all",
            Reason(new Capacity(1_000_000, 2L << 30, 1, 0), [workers[0]]));
    }

    [Fact]
    public void AWorkerThatDrains_GetsNothing_AndTheReasonSaysSo()
    {
        var need = new Capacity(1_000_000, 1, 1, 0);
        var roomy = Worker("a", new Capacity(8_000_000, 1 << 30, 1 << 30, 0), WorkerPresence.Draining);
        var full = Worker("b", new Capacity(0, 1 << 30, 1 << 30, 0));

        Assert.Equal("the only worker is draining", Reason(need, [roomy]));
        Assert.Equal("all 2 workers are draining", Reason(need, [roomy, roomy with { Worker = new WorkerId("c") }]));
        Assert.Equal("needs 1 core; 1 of 2 workers have 0 cores or less free; the largest worker has 0 cores in all; 1 worker is draining",
            Reason(need, [roomy, full]));
        Assert.Equal("1 is down; 1 worker is draining", Reason(need, [roomy, full with { Presence = WorkerPresence.Down }]));
        Assert.Null(Reason(need, [roomy, full with { Free = roomy.Free }]));
    }

    private static string? Reason(Capacity need, WorkerOffer[] workers) => Placement.Decide([new GroupDemand(Job, need, 1)], workers)[0].PendingReason;

    private static WorkerOffer Worker(string id, Capacity free, WorkerPresence presence = WorkerPresence.Up, int tasks = 0) =>
        new(new WorkerId(id), presence, free, free, tasks == 0 ? new Dictionary<JobKey, int>() : new Dictionary<JobKey, int> { [Job] = tasks });
}
