using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>What has to be done before a task's processes run, and the starting of each run. Says what came of it as a fact for the plan; expected trouble is a fact, too.</summary>
/// <param name="parts">What it works with.</param>
/// <param name="folder">The task's folder.</param>
/// <param name="order">What was ordered.</param>
internal sealed class TaskLaunch(AgentParts parts, TaskFolder folder, LaunchTask order)
{
    /// <summary>Checks the role and makes the sandbox.</summary>
    /// <returns>That it was made, or why the task is refused.</returns>
    public PlanEvent MakeSandbox()
    {
        var fault = parts.Launcher.CheckRole(order.Job.Role);
        if (fault is null)
        {
            fault = parts.Roles.Find(order.Job.Role) is { } account
                ? SandboxMaker.Make(folder, order.Task, account, parts.Roles.OwnerFor(account))
                : new Fault(ErrorCodes.RoleUnknown, "role", order.Job.Role, "must be a user of the worker's machine");
        }

        var now = parts.Time.GetUtcNow();
        return fault is null ? new PlanEvent.SandboxMade(now) : new PlanEvent.Refused(now, $"{fault.Code} {fault}");
    }

    /// <summary>Starts a run; waits while too many launches of this worker are under way.</summary>
    /// <param name="process">The process's name.</param>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Gives up waiting; the run may have been started, and has the same key next time.</param>
    /// <returns>That it was started, or why not.</returns>
    public async Task<PlanEvent> StartAsync(string process, int run, CancellationToken cancellationToken)
    {
        await parts.LaunchGate.WaitAsync(cancellationToken);
        try
        {
            if (parts.Roles.Find(order.Job.Role) is not { } account)
            {
                return NotStarted(process, run, new Fault(ErrorCodes.RoleUnknown, "role", order.Job.Role, "is not a user of the worker's machine any more"));
            }

            var (logs, noFolder) = SandboxMaker.MakeRunFolder(folder, process, run, parts.Roles.OwnerFor(account));
            if (noFolder is not null)
            {
                return NotStarted(process, run, noFolder);
            }

            var outcome = await parts.Launcher.LaunchAsync(parts.Requests.Make(order, folder, account, process, run, logs), cancellationToken);
            return outcome switch
            {
                { Fault: { } fault } => NotStarted(process, run, fault),
                { Identity: { } identity } => new PlanEvent.RunStarted(outcome.StartedAt ?? parts.Time.GetUtcNow(), process, run, identity),
                _ => throw new InvalidOperationException("A launch gave neither a process nor a fault."),
            };
        }
        finally
        {
            _ = parts.LaunchGate.Release();
        }
    }

    private PlanEvent.RunNotStarted NotStarted(string process, int run, Fault fault) =>
        new(parts.Time.GetUtcNow(), process, run, fault.Code, fault.ToString());
}
