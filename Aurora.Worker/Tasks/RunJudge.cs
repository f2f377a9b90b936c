using Aurora.Core.Tasks;

namespace Aurora.Worker.Tasks;

/// <summary>Decides what the end of a run makes of its process (aurora-spec sections 3.1 and 3.2). Pure.</summary>
internal static class RunJudge
{
    /// <summary>A run that could not be launched counts as a failed one.</summary>
    /// <param name="p">The process.</param>
    /// <param name="e">The fact.</param>
    /// <returns>The process after it.</returns>
    public static ProcessProgress NotStarted(ProcessProgress p, PlanEvent.RunNotStarted e) =>
        Judge(
            p with { State = ProcessState.Failed, Failures = p.Failures + 1 },
            $"{e.Code} process '{p.Name}' could not be started (run {p.Run}): {e.Reason}");

    /// <summary>A run that ended: a success, a failure (it exited with another code than 0) or a loss (a signal ended it, or nobody saw how it ended).</summary>
    /// <param name="p">The process.</param>
    /// <param name="e">The fact.</param>
    /// <returns>The process after it.</returns>
    public static ProcessProgress Ended(ProcessProgress p, PlanEvent.RunEnded e)
    {
        var ended = p with { ExitCode = e.ExitCode, Signal = e.ExitCode is null ? e.Signal : null, CpuSecs = e.CpuSecs, RamPeak = e.RamPeak };
        return (e.ExitCode, e.Signal) switch
        {
            (0, _) => Judge(ended with { State = ProcessState.Success, Finished = !p.Configuration.Daemon }, ""),
            ({ } code, _) => Judge(
                ended with { State = ProcessState.Failed, Failures = p.Failures + 1 },
                $"process '{p.Name}' failed with exit code {code} (run {p.Run})"),
            (null, not null) => Judge(ended with { State = ProcessState.Killed }, ""),
            (null, null) => Judge(ended with { State = ProcessState.Lost }, ""),
        };
    }

    /// <summary>Whether an ended run was the last one of its process.</summary>
    private static ProcessProgress Judge(ProcessProgress p, string failure)
    {
        if (p.Run + 1 >= TaskPlan.MaxRuns)
        {
            return GiveUp(p, $"process '{p.Name}' was run {TaskPlan.MaxRuns} times, which is the limit");
        }

        var failed = p.State == ProcessState.Failed && p.Configuration.MaxFailures > 0 && p.Failures >= p.Configuration.MaxFailures;
        return failed ? GiveUp(p, failure) : p;
    }

    // What an ephemeral process comes to is nobody's concern: it is finished, so that those that wait for it (ephemeral as well) go on.
    private static ProcessProgress GiveUp(ProcessProgress p, string reason) =>
        p.Configuration.Ephemeral ? p with { Finished = true } : p with { Finished = false, FailedBecause = reason };
}
