using Aurora.Broker.Scheduling.Matching;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>What all tasks of a configuration demand, and with what right: once for a configuration, on both sides of a preemption.</summary>
/// <param name="Job">The job.</param>
/// <param name="Demand">What each task demands.</param>
/// <param name="Tier">The tier.</param>
/// <param name="Priority">The priority; only compared within a role.</param>
internal sealed record Claim(JobKey Job, Demand Demand, Tier Tier, int Priority)
{
    /// <summary>In which order tasks are ended: 0 revocable, 1 preemptible, 2 the role's own production tasks. None of a higher rank is while those of lower ranks suffice.</summary>
    public int Rank => Tier.Revocable ? 0 : Tier.Preemptible ? 1 : 2;

    /// <summary>
    /// Says whether a pending task of this claim may have a running one ended (aurora-spec section 5.8). Not preemptible against preemptible: always. Both alike: only within
    /// the role, against a lower priority. Preemptible against not preemptible: never.
    /// </summary>
    /// <param name="victim">The claim of the running one.</param>
    /// <returns>True when it may.</returns>
    public bool MayPreempt(Claim victim) => Tier.Preemptible == victim.Tier.Preemptible
        ? Priority > victim.Priority && Job.Role == victim.Job.Role
        : victim.Tier.Preemptible;
}
