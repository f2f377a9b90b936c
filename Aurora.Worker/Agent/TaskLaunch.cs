using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Isolation;
using Aurora.Worker.Launching;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>What has to be done before a task's processes run, and the starting of each run. Says what came of it as a fact for the plan; expected trouble is a fact, too.</summary>
/// <param name="parts">What it works with.</param>
/// <param name="folder">The task's folder.</param>
/// <param name="order">What was ordered.</param>
internal sealed class TaskLaunch(AgentParts parts, TaskFolder folder, LaunchTask order)
{
    private readonly PortPlan _ports = PortPlan.Of(order.Task, order.Announce, order.HealthCheckConfig);

    /// <summary>What the task may use.</summary>
    public TaskLimits Limits { get; } = parts.Limits.Of(order.Task.Resources);

    /// <summary>Checks the role, takes ports, makes the sandbox and the group.</summary>
    /// <returns>That all is there, or why the task cannot run here.</returns>
    public PlanEvent Prepare()
    {
        var (account, fault) = Account("must be a user of the worker's machine");
        fault ??= parts.Launcher.CheckRole(order.Job.Role);
        if (account is null || fault is not null)
        {
            return Refused(fault);
        }

        var (ports, noPorts) = parts.Ports.Take(order.TaskId.Value, _ports.Requested);
        if (ports is null || noPorts is not null)
        {
            // No fault of the task's: LOST has it started again, here or elsewhere, and counts no failure.
            return new PlanEvent.EndAsked(Now, TaskState.Lost, $"{noPorts?.Code} {noPorts}");
        }

        fault = SandboxMaker.Make(folder, order.Task, account, parts.Roles.OwnerFor(account)) ?? parts.Isolation.Prepare(order.TaskId.Value, Limits);
        return fault is null ? new PlanEvent.SandboxMade(Now, ports.Count == 0 ? null : ports) : Refused(fault);
    }

    /// <summary>Takes up what an earlier agent had prepared.</summary>
    /// <param name="ports">The ports that the task was given.</param>
    /// <returns>Why its limits cannot be enforced any more, or null.</returns>
    public Fault? Adopt(IReadOnlyDictionary<string, int> ports)
    {
        parts.Ports.Adopt(order.TaskId.Value, ports);
        return parts.Isolation.Prepare(order.TaskId.Value, Limits);
    }

    /// <summary>Every port of the task, aliases and static numbers included.</summary>
    /// <param name="given">The numbers that it was given.</param>
    /// <returns>The numbers by name.</returns>
    public IReadOnlyDictionary<string, int> PortsOf(IReadOnlyDictionary<string, int> given) => _ports.Bind(given);

    /// <summary>What the task's runs share; null when its user is gone.</summary>
    /// <param name="given">The numbers of the ports that it was given.</param>
    /// <returns>The setting, or null.</returns>
    public TaskSetting? SettingOf(IReadOnlyDictionary<string, int> given) => parts.Roles.Find(order.Job.Role) is { } account
        ? new TaskSetting(order, folder, account, PortsOf(given), parts.Isolation.EntryOf(order.TaskId.Value), Limits)
        : null;

    /// <summary>Starts a run; waits while too many launches of this worker are under way.</summary>
    /// <param name="process">The process's name.</param>
    /// <param name="run">The run.</param>
    /// <param name="given">The numbers of the ports that the task was given.</param>
    /// <param name="cancellationToken">Gives up waiting; the run may have been started, and has the same key next time.</param>
    /// <returns>That it was started, or why not.</returns>
    public async Task<PlanEvent> StartAsync(string process, int run, IReadOnlyDictionary<string, int> given, CancellationToken cancellationToken)
    {
        await parts.LaunchGate.WaitAsync(cancellationToken);
        try
        {
            if (SettingOf(given) is not { } setting)
            {
                return NotStarted(process, run, new Fault(ErrorCodes.RoleUnknown, "role", order.Job.Role, "is not a user of the worker's machine any more"));
            }

            var (logs, noFolder) = SandboxMaker.MakeRunFolder(folder, process, run, parts.Roles.OwnerFor(setting.Account));
            if (noFolder is not null)
            {
                return NotStarted(process, run, noFolder);
            }

            var outcome = await parts.Launcher.LaunchAsync(parts.Requests.Make(setting, process, run, logs), cancellationToken);
            return outcome switch
            {
                { Fault: { } fault } => NotStarted(process, run, fault),
                { Identity: { } identity } => new PlanEvent.RunStarted(outcome.StartedAt ?? Now, process, run, identity),
                _ => throw new InvalidOperationException("A launch gave neither a process nor a fault."),
            };
        }
        finally
        {
            _ = parts.LaunchGate.Release();
        }
    }

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    private (RoleAccount? Account, Fault? Fault) Account(string rule) => parts.Roles.Find(order.Job.Role) is { } account
        ? (account, null)
        : (null, new Fault(ErrorCodes.RoleUnknown, "role", order.Job.Role, rule));

    private PlanEvent.Refused Refused(Fault? fault) => new(Now, $"{fault?.Code} {fault}");

    private PlanEvent.RunNotStarted NotStarted(string process, int run, Fault fault) => new(Now, process, run, fault.Code, fault.ToString());
}
