using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Worker.Processes;

/// <summary>Decides which user a role runs as, or why it cannot. Pure: the users are arguments.</summary>
internal static class RoleRule
{
    /// <summary>A role is its own user, unless the worker runs all roles as the current one. Only root can become somebody else, and root itself runs only where that is allowed.</summary>
    /// <param name="role">The role.</param>
    /// <param name="current">The user that the worker runs as.</param>
    /// <param name="find">Looks a user up.</param>
    /// <param name="options">The worker's options.</param>
    /// <returns>The user to run as, or the fault.</returns>
    public static (RoleAccount? Account, Fault? Fault) Resolve(string role, RoleAccount current, Func<string, RoleAccount?> find, LaunchingOptions options)
    {
        if (!Identifier.IsValid(role))
        {
            return (null, new Fault(ErrorCodes.RoleUnknown, "role", role, $"must be {Identifier.Rule}"));
        }

        var account = options.RunAllRolesAsCurrentUser ? current : find(role);
        if (account is null)
        {
            return (null, new Fault(ErrorCodes.RoleUnknown, "role", role, "must be a user of the worker's machine; create the user there, or submit under another role"));
        }

        if (account.Uid == 0 && !options.AllowRoot)
        {
            return (null, new Fault(ErrorCodes.RoleRefused, "role", role, "must not be root, unless the worker's configuration allows it"));
        }

        if (current.Uid != 0 && account.Uid != current.Uid)
        {
            return (null, new Fault(
                ErrorCodes.RoleRefused, "role", role, $"cannot be become: the worker runs as '{current.Name}'; run the worker as root, or submit under the role '{current.Name}'"));
        }

        return (account, null);
    }
}
