using Aurora.Core.Configuration;

namespace Aurora.Broker.Sla;

/// <summary>
/// Says whether ending a task leaves its job what its policy promises (aurora-spec section 8.3). What is being ended already is not running, so tasks that are let go one
/// after the other, from whichever workers, keep the policy together. Weak as Aurora's is: small jobs are free to go unless they have a coordinator, and a job that is below its
/// policy keeps also those tasks that are not running.
/// </summary>
internal static class SlaCheck
{
    /// <summary>Below so many active tasks a policy about numbers does not hold (Aurora's <c>-min_required_instances_for_sla_check</c>).</summary>
    public const int LeastActive = SlaPolicyConfiguration.LeastInstances;

    /// <summary>Decides.</summary>
    /// <param name="question">The question.</param>
    /// <returns>The decision.</returns>
    public static SlaDecision Decide(SlaQuestion question)
    {
        var (policy, job, task, isProtected) = question;
        if (policy.CoordinatorUrl is not null)
            return new SlaDecision(SlaVerdict.AskCoordinator, "its coordinator must allow it");
        if (!isProtected || job.Active < LeastActive)
            return new SlaDecision(SlaVerdict.Allowed);

        var duration = policy.DurationSecs ?? 0;
        var required = Required(policy, job.Active);
        var others = job.RunningOthers(task, TimeSpan.FromSeconds(duration));
        return others >= required
            ? new SlaDecision(SlaVerdict.Allowed)
            : new SlaDecision(SlaVerdict.Denied, $"{required} of {job.Active} instances must have been running for {duration} s, and without this one {others} have");
    }

    /// <summary>How many other instances must be running. A policy that would let none go lets exactly one: else nothing could ever be drained.</summary>
    private static int Required(SlaPolicyConfiguration policy, int active)
    {
        var asked = policy.Count ?? (int)Math.Ceiling((decimal)(policy.Percentage ?? 0) * active / 100); // Decimal, since 99.9 is no number of a double.
        return Math.Min(asked, active - 1);
    }
}
