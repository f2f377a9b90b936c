using Aurora.Core.Messages;
using Aurora.Worker.Isolation;
using Aurora.Worker.Lifecycle;
using Aurora.Worker.Processes;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>
/// Ends what runs of one task, as its plan says (aurora-spec sections 3.3 and 3.6): calls its HTTP hooks, sends SIGTERM once to everything of it, SIGKILL until nothing is left,
/// and sees when that is so. Double-forked daemons are found where the worker has cgroups, and by their environment where it has not. Says what came of it as a fact.
/// </summary>
/// <param name="parts">What it works with.</param>
/// <param name="order">The task's order.</param>
/// <param name="launch">Knows the task's ports.</param>
/// <param name="wake">Asks for another step later; returns at once.</param>
internal sealed class TaskStop(AgentParts parts, LaunchTask order, TaskLaunch launch, Action<TimeSpan> wake)
{
    private static readonly TimeSpan HookTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private bool _sentTerminate;
    private (int Runs, long Since)? _quiet;
    private TimeSpan _look = FirstLook;

    private string Id => order.TaskId.Value;

    /// <summary>Does what the plan's step asks for.</summary>
    /// <param name="plan">The plan; it is ending.</param>
    /// <param name="step">Its step.</param>
    /// <param name="usage">Measures what the task has used.</param>
    /// <param name="cancellationToken">Gives up; the next agent goes on.</param>
    /// <returns>A fact, or null when there is something to wait for.</returns>
    public async Task<PlanEvent?> StepAsync(TaskPlan plan, PlanStep step, Func<ResourceUsage?> usage, CancellationToken cancellationToken)
    {
        switch (step.Stop)
        {
            case StopPhase.CallGraceful:
                return await CallAsync(EndHook.Graceful, plan, cancellationToken);
            case StopPhase.CallShutdown:
                return await CallAsync(EndHook.Shutdown, plan, cancellationToken);
            case StopPhase.Terminate or StopPhase.Kill or StopPhase.Finish when IsEmpty(plan) is true:
                return Over(plan, step, usage());
            case StopPhase.Terminate or StopPhase.Kill or StopPhase.Finish when IsEmpty(plan) is null:
                LookAgain();
                return null;
            case StopPhase.Terminate:
                await TerminateAsync(plan, cancellationToken);
                return null;
            case StopPhase.Kill:
                await KillAsync(plan, cancellationToken);
                return null;
            case StopPhase.Finish when parts.Isolation.Kill(Id) == 0:
                return Over(plan, step, usage());
            case StopPhase.Finish:
                LookAgain();
                return null;
            default:
                return null;
        }
    }

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    // Null: nobody has looked since the last run was over.
    private bool? IsEmpty(TaskPlan plan)
    {
        if (plan.IsLive)
        {
            return false;
        }

        // The moment from which on nothing is started; a final process that has run meanwhile makes it a later one.
        var runs = plan.Processes.Sum(p => p.Run + 1);
        if (_quiet?.Runs != runs)
        {
            _quiet = (runs, parts.Time.GetTimestamp());
        }

        return parts.Isolation.IsEmpty(Id, _quiet.Value.Since);
    }

    private PlanEvent Over(TaskPlan plan, PlanStep step, ResourceUsage? usage) => step.Stop == StopPhase.Finish
        ? new PlanEvent.Finalized(Now, usage)
        : new PlanEvent.Cleaned(Now, Now < plan.Deadline(parts.KillWait), usage);

    private async Task<PlanEvent> CallAsync(EndHook hook, TaskPlan plan, CancellationToken cancellationToken)
    {
        // The plan asks for hooks only where there are some, and their port is bound.
        var http = order.Lifecycle.Http ?? throw new InvalidOperationException($"Task {Id} has no HTTP lifecycle.");
        var endpoint = hook == EndHook.Graceful ? http.GracefulShutdownEndpoint : http.ShutdownEndpoint;
        var answered = await LifecycleHook.PostAsync(launch.PortsOf(plan.Ports)[http.Port], endpoint, HookTimeout, cancellationToken);
        return new PlanEvent.HookCalled(Now, hook, answered);
    }

    private async Task TerminateAsync(TaskPlan plan, CancellationToken cancellationToken)
    {
        var mayBeMore = false;
        if (_sentTerminate)
        {
            mayBeMore = parts.Isolation.TerminateRest(Id);
        }
        else
        {
            _sentTerminate = true;

            // The isolation finds every process of the task, so that each gets one signal; where it finds none (Windows), the launcher knows the runs.
            if (parts.Isolation.Terminate(Id) > 0)
            {
                mayBeMore = parts.Isolation.TerminateRest(Id);
            }
            else
            {
                await Task.WhenAll(Running(plan).Select(key => parts.Launcher.TerminateAsync(key, cancellationToken)));
            }
        }

        if (mayBeMore || !plan.IsLive)
        {
            LookAgain(); // Nobody tells of a daemon's end, nor of a process that was not found.
        }
    }

    private async Task KillAsync(TaskPlan plan, CancellationToken cancellationToken)
    {
        _ = parts.Isolation.Kill(Id);
        await Task.WhenAll(Running(plan).Select(key => parts.Launcher.KillAsync(key, cancellationToken)));
        LookAgain();
    }

    private ProcessRunKey[] Running(TaskPlan plan) =>
        [.. plan.Processes.Where(p => p.State == Aurora.Core.Tasks.ProcessState.Running).Select(p => new ProcessRunKey(Id, p.Name, p.Run))];

    private void LookAgain()
    {
        wake(_look);
        _look = _look * 2 < LongestLook ? _look * 2 : LongestLook;
    }
}
