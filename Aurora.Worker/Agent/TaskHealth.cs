using Aurora.Core.Messages;
using Aurora.Worker.Health;
using Aurora.Worker.Launching;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>
/// The health checks of one task (aurora-spec section 3.7): begun with its first process, ended with its end. Checks report through the task's inbox; what they come to is a
/// fact for the plan. An agent that was restarted begins to count anew, with the time that has passed counted as checks that were made.
/// </summary>
/// <param name="probes">Makes the probe.</param>
/// <param name="order">The task's order.</param>
/// <param name="check">What to check; null for nothing.</param>
/// <param name="told">Told of each check; returns at once.</param>
internal sealed class TaskHealth(HealthProbes probes, LaunchTask order, HealthCheck? check, Action<bool, string?> told)
{
    private HealthJudge? _judge;
    private HealthChecker? _checker;

    /// <summary>Begins to check, unless that was done.</summary>
    /// <param name="plan">The task's plan.</param>
    /// <param name="setting">What the task's runs share; null when its user is gone.</param>
    /// <param name="now">The time.</param>
    public void Begin(TaskPlan plan, Func<TaskSetting?> setting, DateTimeOffset now)
    {
        if (check is null || _checker is not null || plan.Processes.All(p => p.StartedAt is null) || setting() is not { } shared)
        {
            return;
        }

        var since = plan.Processes.Min(p => p.StartedAt) ?? now;
        _judge = plan.State == Aurora.Core.Tasks.TaskState.Running
            ? HealthJudge.BeginRunning(order.HealthCheckConfig)
            : HealthJudge.Resume(order.HealthCheckConfig, now > since ? now - since : TimeSpan.Zero);
        _checker = probes.Start(check, shared, told);
    }

    /// <summary>Judges a check.</summary>
    /// <param name="healthy">What it found.</param>
    /// <param name="why">Why it is not healthy.</param>
    /// <returns>The verdict.</returns>
    public HealthVerdict Judge(bool healthy, string? why)
    {
        if (_judge is null)
        {
            return new HealthVerdict.Undecided();
        }

        (_judge, var verdict) = _judge.Apply(healthy, why);
        return verdict;
    }

    /// <summary>Ends the checks; one that is under way is ended as well.</summary>
    /// <returns>A task that ends when none is under way any more.</returns>
    public async Task EndAsync()
    {
        if (_checker is { } checker)
        {
            _judge = null;
            await checker.DisposeAsync();
        }
    }
}
