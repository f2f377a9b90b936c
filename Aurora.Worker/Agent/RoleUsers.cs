using Aurora.Worker.Processes;

namespace Aurora.Worker.Agent;

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
