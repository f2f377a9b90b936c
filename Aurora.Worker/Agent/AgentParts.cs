using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Worker.Fencing;
using Aurora.Worker.Health;
using Aurora.Worker.Isolation;
using Aurora.Worker.Launching;
using Aurora.Worker.Ports;
using Aurora.Worker.Processes;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>What all tasks of one agent share.</summary>
/// <param name="Launcher">Starts and ends processes.</param>
/// <param name="Isolation">Confines each task's processes and finds them all.</param>
/// <param name="Requests">Says what a run of a process is.</param>
/// <param name="Roles">Says which user a role is.</param>
/// <param name="Ports">Gives out port numbers.</param>
/// <param name="Limits">What each task may use.</param>
/// <param name="Probes">Makes health probes.</param>
/// <param name="LaunchGate">Bounds how many launches are under way at once.</param>
/// <param name="Due">The shared timer.</param>
/// <param name="KillWait">How long a killed task's processes may take to end after SIGTERM.</param>
/// <param name="BootId">The machine's boot.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record AgentParts(
    IProcessLauncher Launcher,
    ITaskIsolation Isolation,
    LaunchRequestMaker Requests,
    RoleUsers Roles,
    PortAllocator Ports,
    LimitRule Limits,
    HealthProbes Probes,
    SemaphoreSlim LaunchGate,
    DueQueue Due,
    TimeSpan KillWait,
    string BootId,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>What a task's sandbox and logs had on disk when last measured, in bytes; null when they were not.</summary>
    public Func<string, long?> DiskOf { get; init; } = _ => null;

    /// <summary>Whether a task may begin; one that may not is given <see cref="TaskInput.Due"/> when that may have changed.</summary>
    public Func<TaskId, bool> MayBegin { get; init; } = _ => true;

    /// <summary>The time since the machine's boot, with what it was suspended for.</summary>
    public Func<TimeSpan> SinceBoot { get; init; } = BootClock.Now;
}

/// <summary>What a worker adds to a task's grant.</summary>
/// <param name="RamAllowance">Memory on top of the grant, in bytes.</param>
/// <param name="CpuQuota">Whether the cores of the grant are a hard limit.</param>
/// <param name="MaxProcesses">Processes and threads of one task at once.</param>
internal sealed record LimitRule(long RamAllowance, bool CpuQuota, int MaxProcesses)
{
    /// <summary>The limits of a task.</summary>
    /// <param name="grant">Its grant.</param>
    /// <returns>The limits.</returns>
    public TaskLimits Of(ResourceGrant grant) => new(grant.Cpu, CpuQuota, grant.Ram, RamAllowance, grant.Disk, MaxProcesses);
}
