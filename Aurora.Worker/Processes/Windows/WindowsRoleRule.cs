using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// Decides whether a role can run on Windows. Pure. Becoming another user needs that user's password there, which a worker does not have: only the worker's own user runs.
/// </summary>
internal static class WindowsRoleRule
{
    /// <summary>Checks a role.</summary>
    /// <param name="role">The role.</param>
    /// <param name="current">The name of the user that the worker runs as; case does not matter to Windows.</param>
    /// <param name="allAsCurrent">Whether every role runs as the current user.</param>
    /// <returns>The fault (AUR4001, AUR4002), or null.</returns>
    public static Fault? Check(string role, string current, bool allAsCurrent)
    {
        if (!Identifier.IsValid(role))
        {
            return new Fault(ErrorCodes.RoleUnknown, "role", role, $"must be {Identifier.Rule}");
        }

        return allAsCurrent || string.Equals(role, current, StringComparison.OrdinalIgnoreCase)
            ? null
            : new Fault(ErrorCodes.RoleRefused, "role", role, $"cannot be become: a worker on Windows runs tasks only as its own user '{current}'; submit under that role");
    }
}
