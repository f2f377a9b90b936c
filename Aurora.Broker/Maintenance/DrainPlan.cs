using Aurora.Broker.Sla;

namespace Aurora.Broker.Maintenance;

/// <summary>
/// Says which tasks of a job leave their workers now. Each one that goes counts as gone for those after it, whichever worker they are on. Those whose drain is overdue
/// go first, so that no other is let go beside them.
/// </summary>
internal static class DrainPlan
{
    /// <summary>Decides for one job.</summary>
    /// <param name="view">The job; what goes is taken away from its uptime.</param>
    /// <param name="check">The policies' rule.</param>
    /// <returns>A step for each candidate.</returns>
    public static IReadOnlyList<DrainStep> Decide(DrainView view, Func<SlaQuestion, SlaDecision> check)
    {
        var steps = new List<DrainStep>(view.Candidates.Count);
        foreach (var candidate in view.Candidates.OrderByDescending(c => c.IsOverdue)) // Keeps the order otherwise.
        {
            var decision = candidate.IsOverdue ? new SlaDecision(SlaVerdict.Allowed)
                : check(new SlaQuestion(candidate.Policy, view.Job, candidate.Task, candidate.IsProtected));
            if (decision.Verdict == SlaVerdict.Allowed)
                view.Job.LetGo(candidate.Task);
            steps.Add(new DrainStep(candidate, decision));
        }

        return steps;
    }
}
