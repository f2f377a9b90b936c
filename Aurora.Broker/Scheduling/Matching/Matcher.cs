using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling.Matching;

/// <summary>
/// Says whether a worker can take a task, and if not, why: the filter of aurora-spec section 5.5, in its order. It is the one rule; what walks over thousands of workers
/// with indexes (<see cref="Placement"/>) must come to the same, and a property test holds it.
/// </summary>
internal static class Matcher
{
    /// <summary>Decides.</summary>
    /// <param name="demand">What the task demands.</param>
    /// <param name="worker">The worker, as it is or as it would be.</param>
    /// <param name="tasksAt">How many tasks of the job are on workers that have this value of this attribute, KILLING and PARTITIONED ones included, whatever their configuration.</param>
    /// <returns>Whether it fits, else the first class of reasons why not.</returns>
    public static Verdict Check(Demand demand, in WorkerView worker, Func<string, string, int> tasksAt)
    {
        if (worker.Standing is WorkerStanding.Down or WorkerStanding.Expected)
            return new Verdict(Veto.Absent);
        if (!MatchesDedication(demand, worker.Attributes))
            return new Verdict(Veto.Dedicated, PlacementConstraint.Dedicated);
        if (worker.Standing == WorkerStanding.Draining)
            return new Verdict(Veto.Maintenance);
        foreach (var constraint in demand.Values)
        {
            if (!Holds(constraint, worker.Attributes[constraint.Attribute]))
                return new Verdict(Veto.Constraint, constraint.Attribute);
        }

        foreach (var limit in demand.Limits)
        {
            if (!IsBelow(limit, worker.Attributes[limit.Attribute], tasksAt))
                return new Verdict(Veto.Limit, limit.Attribute);
        }

        var taken = FirstTaken(demand.StaticPorts, worker.StaticPorts);
        if (taken != 0 || !demand.Need.FitsInto(worker.Free))
            return new Verdict(Veto.Resources, null, demand.Need.Beyond(worker.Free), taken);
        return worker.IsReserved ? new Verdict(Veto.Reserved) : default;
    }

    /// <summary>A dedicated worker takes only tasks that name it; a task that names one goes nowhere else (aurora-spec section 5.4).</summary>
    public static bool MatchesDedication(Demand demand, WorkerAttributes attributes) =>
        demand.Dedicated is { } wanted ? attributes.Dedicated.Contains(wanted) : attributes.Dedicated.Count == 0;

    /// <summary>Any listed value among the worker's, unless negated; without the attribute a plain constraint fails and a negated one holds (aurora-spec section 5.3).</summary>
    public static bool Holds(PlacementConstraint constraint, IReadOnlyList<string> values)
    {
        foreach (var value in values)
        {
            if (constraint.Values.Contains(value))
                return !constraint.IsNegated;
        }

        return constraint.IsNegated;
    }

    /// <summary>Fewer than the limit for every value that the worker has; without the attribute it fails (aurora-spec section 5.3).</summary>
    public static bool IsBelow(PlacementConstraint limit, IReadOnlyList<string> values, Func<string, string, int> tasksAt)
    {
        foreach (var value in values)
        {
            if (tasksAt(limit.Attribute, value) >= limit.Limit)
                return false;
        }

        return values.Count > 0;
    }

    private static int FirstTaken(IReadOnlyList<int> wanted, IReadOnlyCollection<int>? taken)
    {
        if (taken is not null)
        {
            foreach (var port in wanted)
            {
                if (taken.Contains(port))
                    return port;
            }
        }

        return 0;
    }
}
