using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

/// <summary>The search against all sets that there are, on small clusters: with resources, limits, ports, tasks that leave, and every tier.</summary>
public sealed class PreemptionPropertyTests
{
    private static readonly Tier[] Tiers = [new("preferred", false, false), new("preemptible", true, false), new("revocable", true, true)];

    private static readonly Gen<Claim> GenClaim = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Long[1, 4], Gen.Long[0, 4], Gen.Int[0, 9], (job, tier, priority, cores, ram, port) =>
        new Claim(new JobKey("c", $"r{job % 2}", "e", $"j{job}"), new Demand(new Capacity(cores, ram, 0, 0)) { StaticPorts = port == 9 ? [80] : [] }, Tiers[tier], priority));

    private static readonly Gen<(Claim Claim, int Tasks, int Leaving)> GenGroup = Gen.Select(GenClaim, Gen.Int[0, 2], Gen.Int[0, 5], (claim, tasks, leaving) =>
        claim.Demand.StaticPorts.Count > 0 ? (claim, 1, 0) : (claim, tasks, leaving == 5 ? 1 : 0));

    private static readonly Gen<OccupiedWorker> GenWorker = Gen.Select(Gen.Long[0, 2], Gen.Long[0, 2], Gen.Int[0, 7], Gen.Int[0, 3], GenGroup.Array[0, 5], Make);

    private static readonly Gen<Claim> GenPending = Gen.Select(GenClaim, Gen.Long[1, 12], Gen.Long[0, 8], Gen.Int[0, 4], Gen.Int[0, 3], (claim, cores, ram, limit, port) => claim with
    {
        Demand = new Demand(new Capacity(cores, ram, 0, 0))
        {
            Limits = limit > 2 ? [] : [new PlacementConstraint { Attribute = "rack", Limit = limit + 1 }], StaticPorts = port == 0 ? [80] : [],
        },
    });

    [Fact]
    public void TheVictimsAreEligible_MakeItFit_NoneCanBeSpared_AndNoSetIsCheaper() => Gen.Select(GenPending, GenWorker.Array[0, 4]).Sample((pending, workers) =>
    {
        workers = [.. workers.Select((w, i) => w with { Id = new WorkerId($"w{i}") })];
        var decision = Preemption.Decide(new PreemptionDemand(pending, TasksAt), workers);
        if (workers.Any(w => Fits(w, [], leavingStay: true)))
        {
            Assert.Null(decision.Worker);
            return;
        }

        var best = workers.SelectMany(w => Sets(w).Where(s => Fits(w, s)).Select(s => Cost(w, s))).Order().Cast<VictimCost?>().FirstOrDefault();
        Assert.Equal(best is null, decision.Worker is null);
        if (best is null)
            return;

        var chosen = workers.Single(w => w.Id == decision.Worker);
        var victims = decision.Victims.Select(v => chosen.Occupants.Single(o => o.Tasks.Contains(v)).Claim).ToList();
        Assert.Equal(decision.Victims.Count, decision.Victims.Distinct().Count());
        Assert.All(victims, v => Assert.True(MayEnd(pending, v)));
        Assert.True(Fits(chosen, victims));
        for (var i = 0; i < victims.Count; i++)
            Assert.False(Fits(chosen, [.. victims.Where((_, n) => n != i)]));
        if (best.Value.Count <= VictimSearch.ExactVictims)
            Assert.Equal(best.Value, Cost(chosen, victims));

        int TasksAt(string attribute, string value) => workers.Where(w => w.View.Attributes[attribute].Contains(value))
            .Sum(w => w.Occupants.Where(o => o.Claim.Job == pending.Job).Sum(o => o.Tasks.Count + o.Leaving));

        // By the one rule of placement, on the worker as it would be.
        bool Fits(OccupiedWorker worker, IReadOnlyList<Claim> gone, bool leavingStay = false)
        {
            var leaving = leavingStay ? [] : worker.Occupants.SelectMany(o => Enumerable.Repeat(o.Claim, o.Leaving)).ToList();
            var away = gone.Concat(leaving).ToList();
            var view = worker.View with
            {
                Free = away.Aggregate(worker.View.Free, (sum, c) => sum + c.Demand.Need),
                StaticPorts = [.. (worker.View.StaticPorts ?? []).Except(away.SelectMany(c => c.Demand.StaticPorts))],
            };
            return Matcher.Check(pending.Demand, view, (attribute, value) => TasksAt(attribute, value) - away.Count(c => c.Job == pending.Job)).Fits;
        }

        IEnumerable<IReadOnlyList<Claim>> Sets(OccupiedWorker worker)
        {
            var candidates = worker.Occupants.Where(o => MayEnd(pending, o.Claim)).SelectMany(o => o.Tasks.Select(_ => o.Claim)).ToArray();
            for (var set = 0; set < 1 << candidates.Length; set++)
                yield return [.. candidates.Where((_, i) => (set & (1 << i)) != 0)];
        }

        VictimCost Cost(OccupiedWorker worker, IEnumerable<Claim> set) =>
            set.Aggregate(new VictimCost { IsScheduled = worker.View.Standing == WorkerStanding.Scheduled }, (cost, c) => cost.With(c));
    }, iter: 20_000);

    // The rule of aurora-spec section 5.8, in its own words.
    private static bool MayEnd(Claim pending, Claim victim)
    {
        if (!pending.Tier.Preemptible && victim.Tier.Preemptible)
            return true;
        return pending.Tier.Preemptible == victim.Tier.Preemptible && pending.Job.Role == victim.Job.Role && pending.Priority > victim.Priority;
    }

    private static OccupiedWorker Make(long cores, long ram, int kind, int rack, (Claim Claim, int Tasks, int Leaving)[] groups)
    {
        var seen = false;
        var occupants = new List<OccupantGroup>();
        foreach (var (claim, tasks, leaving) in groups.DistinctBy(g => g.Claim))
        {
            if (seen && claim.Demand.StaticPorts.Count > 0)
                continue; // Only one can listen on the port.
            seen |= claim.Demand.StaticPorts.Count > 0;
            occupants.Add(new OccupantGroup(claim, [.. Enumerable.Range(0, tasks).Select(i => new TaskId($"{occupants.Count}-{i}"))], leaving));
        }

        occupants.Sort(OccupiedWorker.Order);
        var standing = kind == 7 ? WorkerStanding.Scheduled : kind == 6 ? WorkerStanding.Draining : WorkerStanding.Ready;
        var attributes = new WorkerAttributes("", rack == 0 ? [] : [new("rack", $"k{rack % 2}")]);
        return new OccupiedWorker(default, new WorkerView(standing, new Capacity(cores, ram, 0, 0), attributes) { StaticPorts = seen ? [80] : null, IsReserved = kind == 5 }, occupants);
    }
}
