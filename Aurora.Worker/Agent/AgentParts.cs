using Aurora.Worker.Launching;
using Aurora.Worker.Processes;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>What all tasks of one agent share.</summary>
/// <param name="Launcher">Starts and ends processes.</param>
/// <param name="Requests">Says what a run of a process is.</param>
/// <param name="Roles">Says which user a role is.</param>
/// <param name="LaunchGate">Bounds how many launches are under way at once.</param>
/// <param name="Due">The shared timer.</param>
/// <param name="KillWait">How long a killed task's processes may take to end after SIGTERM.</param>
/// <param name="BootId">The machine's boot.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record AgentParts(
    IProcessLauncher Launcher,
    LaunchRequestMaker Requests,
    RoleUsers Roles,
    SemaphoreSlim LaunchGate,
    DueQueue Due,
    TimeSpan KillWait,
    string BootId,
    TimeProvider Time,
    ILogger Logger);

/// <summary>Says which user a role's processes run as, and whether files must be given to that user.</summary>
/// <param name="runAllRolesAsCurrentUser">As in the worker's options.</param>
internal sealed class RoleUsers(bool runAllRolesAsCurrentUser)
{
    private readonly RoleAccount _current = RoleAccounts.Current();

    /// <summary>The user of a role.</summary>
    /// <param name="role">The role; the launcher has checked it.</param>
    /// <returns>The user, or null when it is gone.</returns>
    public RoleAccount? Find(string role) => runAllRolesAsCurrentUser ? _current : RoleAccounts.Find(role);

    /// <summary>The user that a sandbox must be given to.</summary>
    /// <param name="account">The user that a task runs as.</param>
    /// <returns>That user, or null when it is the worker's own.</returns>
    public RoleAccount? OwnerFor(RoleAccount account) => account.Uid == _current.Uid ? null : account;
}
