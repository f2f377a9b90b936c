using System.Globalization;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;

namespace Aurora.Shim;

/// <summary>Becomes the role's user, for good, with all its groups.</summary>
internal static class RoleSwitch
{
    /// <summary>Does it, and makes sure of it on every thread: glibc changes them all, other C libraries may change the calling one only.</summary>
    /// <param name="role">The user's name.</param>
    /// <param name="uid">Its number.</param>
    /// <param name="gid">Its primary group.</param>
    /// <returns>Null, or why it could not be done.</returns>
    public static string? Become(string role, uint uid, uint gid)
    {
        if (Libc.EffectiveUser() == uid)
        {
            return null;
        }

        if (Libc.InitGroups(role, gid) != 0 || Libc.SetGroup(gid) != 0 || Libc.SetUser(uid) != 0)
        {
            return $"cannot become {role} (uid {uid}, gid {gid}): {Libc.Describe(Libc.LastError)}";
        }

        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var status = ProcFs.ReadText($"{thread}/status");
            if (status is not null && !(Holds(status, "Uid:", uid) && Holds(status, "Gid:", gid)))
            {
                return $"a thread of the shim did not become {role} (uid {uid}, gid {gid})";
            }
        }

        return null;
    }

    private static bool Holds(string status, string field, uint id)
    {
        var line = status.Split('\n').FirstOrDefault(l => l.StartsWith(field, StringComparison.Ordinal));
        var ids = line?[field.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return ids.Length == 4 && ids.All(i => i.Trim() == id.ToString(CultureInfo.InvariantCulture));
    }
}
