using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling.Placing;

/// <summary>Whatever the workers and the group: the walk with its indexes comes to what the matcher says one worker at a time.</summary>
public sealed class PlacementProperties
{
    private static readonly string[] Racks = ["", "rack=a", "rack=b", "rack=a,b", "rack=c;zone=z", "rack=c;dedicated=r/x", "dedicated=r/x"];
    private static readonly string[] Constraints =
        ["", "", "rack=a", "rack=!a", "rack=a,c", "rack=limit:1", "rack=limit:2", "host=limit:1", "rack=!b;host=limit:2", "dedicated=r/x", "dedicated=r/x;rack=limit:1", "zone=z;rack=limit:3"];

    private static readonly Gen<WorkerSpec> GenWorker = Gen.Select(
        Gen.Int[0, 8], Gen.Int[0, Racks.Length - 1], Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[0, 4],
        (cpu, rack, standing, tasks, extra, ports) => new WorkerSpec(cpu / 2.0, Racks[rack], standing, tasks, extra, ports));

    private static readonly Gen<GroupSpec> GenGroup = Gen.Select(
        Gen.Int[1, 12], Gen.Int[1, 4], Gen.Int[0, Constraints.Length - 1], Gen.Int[0, 5], Gen.Int[0, 20], Gen.Bool,
        (count, cpu, constraint, preference, start, fixedPort) => new GroupSpec(count, cpu / 2.0, Constraints[constraint], preference, start, fixedPort));

    [Fact]
    public void NoTaskGoesWhereTheMatcherRefuses_AndWhatFitsSomewhereIsPlaced() =>
        Gen.Select(GenWorker.Array[0, 12], GenGroup.Array[1, 4]).Sample((specs, groups) =>
        {
            var workers = Make(specs);
            foreach (var spec in groups)
            {
                var group = Make(workers, spec);
                var placement = Placement.Decide(group, workers.Index);
                foreach (var slot in placement.Slots)
                {
                    Assert.True(workers.Check(group.Demand, slot).Fits); // Each after the ones before it: limits, amounts and ports hold at every moment.
                    workers.Take(slot, group.Demand);
                }

                Assert.True(placement.Slots.Count <= group.Count);
                var fits = Enumerable.Range(0, workers.Index.Count).Where(s => workers.Check(group.Demand, s).Fits).ToList();
                if (placement.Slots.Count < group.Count)
                    Assert.Empty(fits);
                Assert.Equal(fits.Count > 0, workers.Reason(group) is null);
            }
        }, iter: 4_000);

    [Fact]
    public void WhenSpreading_NoReadyWorkerThatFitsHasTwoTasksFewerThanOneThatWasTaken() =>
        Gen.Select(GenWorker.Array[1, 12], Gen.Int[1, 12]).Sample((specs, count) =>
        {
            var workers = Make(specs);
            var group = workers.Group(count, 0.5);
            foreach (var slot in Placement.Decide(group, workers.Index).Slots)
            {
                if (workers.Index.StandingOf(slot) == WorkerStanding.Ready)
                {
                    var fewest = Enumerable.Range(0, workers.Index.Count)
                        .Where(s => workers.Index.StandingOf(s) == WorkerStanding.Ready && workers.Check(group.Demand, s).Fits)
                        .Min(s => workers.TasksBySlot.GetValueOrDefault(s));
                    Assert.Equal(fewest, workers.TasksBySlot.GetValueOrDefault(slot));
                }

                workers.Take(slot, group.Demand);
            }
        }, iter: 1_500);

    [Fact]
    public void TheSameQuestion_GetsTheSameAnswer() =>
        Gen.Select(GenWorker.Array[0, 12], GenGroup).Sample((specs, spec) =>
        {
            var (first, second) = (Make(specs), Make(specs));
            Assert.Equal(Placement.Decide(Make(first, spec), first.Index).Slots, Placement.Decide(Make(second, spec), second.Index).Slots);
        }, iter: 500);

    private static SomeWorkers Make(WorkerSpec[] specs)
    {
        var workers = new SomeWorkers();
        foreach (var (cpu, attributes, standing, tasks, extra, ports) in specs)
        {
            workers.Add($"w{workers.Index.Count}", cpu, attributes,
                standing switch { 0 => WorkerPresence.Down, 1 => WorkerPresence.Expected, _ => WorkerPresence.Up },
                standing switch { 2 => MaintenanceMode.Draining, 3 => MaintenanceMode.Scheduled, _ => MaintenanceMode.None },
                tasks, ports: ports == 0 ? null : ports, staticPorts: extra == 0 ? [80] : []);
            if (extra is 1 or 2)
            {
                var slot = workers.Index.Count - 1;
                workers.Index.SetReservation(slot, new ReservationRecord(new WorkerId($"w{slot}"), SomeWorkers.Job, extra == 1 ? "c" : "other", default));
            }
        }

        return workers;
    }

    private static GroupDemand Make(SomeWorkers workers, GroupSpec spec)
    {
        var demand = SomeWorkers.Demand(spec.Cpu, spec.Constraints);
        demand = demand with { Need = demand.Need with { Ports = spec.Count % 3 }, StaticPorts = spec.FixedPort ? [80] : [] };
        var strategy = spec.Preference % 2 == 0 ? PlacementStrategy.Spread : PlacementStrategy.Pack;
        return workers.Group(spec.Count, demand, strategy, spec.Preference switch { 2 or 3 => "rack", 4 or 5 => "zone", _ => null }) with
        {
            Start = spec.Start, Kept = [.. Enumerable.Range(0, workers.Index.Count).Where(s => workers.Index.ReservationFor(s) is { ConfigurationId: "c" })],
        };
    }

    private sealed record WorkerSpec(double Cpu, string Attributes, int Standing, int Tasks, int Extra, int Ports);

    private sealed record GroupSpec(int Count, double Cpu, string Constraints, int Preference, int Start, bool FixedPort);
}
