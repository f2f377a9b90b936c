using System.Runtime.InteropServices;
using Aurora.Worker.Launching;

namespace Aurora.Worker.Processes;

/// <summary>
/// Looks users up in the system's user database (files, LDAP, whatever the name service switch has). Users come and go: an answer counts for a second. On Windows a worker runs
/// tasks only as its own user, and that is the only one that is found.
/// </summary>
internal static unsafe partial class RoleAccounts
{
    private const int RangeError = 34;

    private static readonly Fresh<string, RoleAccount> Known = new();

    /// <summary>The user that this process runs as.</summary>
    /// <returns>The account; named by its number where the database has no entry, as in some containers.</returns>
    public static RoleAccount Current()
    {
        if (OperatingSystem.IsWindows())
        {
            return new RoleAccount(System.Environment.UserName, 0, 0, System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile));
        }

        var uid = EffectiveUser();
        return Ask((entry, buffer, size, result) => GetByUid(uid, entry, buffer, size, result))
            ?? new RoleAccount($"{uid}", uid, EffectiveGroup(), "/");
    }

    /// <summary>Looks a role's user up.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Null when there is no such user.</returns>
    public static RoleAccount? Find(string role) => OperatingSystem.IsWindows()
        ? Current() is var current && string.Equals(role, current.Name, StringComparison.OrdinalIgnoreCase) ? current : null
        : Known.Get(role, static name => Ask((entry, buffer, size, result) => GetByName(name, entry, buffer, size, result)));

    private static RoleAccount? Ask(Question question)
    {
        for (var size = 1024; ; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* start = buffer)
            {
                Entry entry;
                Entry* found = null;
                var error = question(&entry, start, (nuint)size, &found);
                if (error == RangeError && size < 16 * 1024 * 1024)
                {
                    continue;
                }

                return found is null
                    ? null
                    : new RoleAccount(
                        Marshal.PtrToStringUTF8(found->Name) ?? "", found->Uid, found->Gid, Marshal.PtrToStringUTF8(found->Home) is { Length: > 0 } home ? home : "/");
            }
        }
    }

    private delegate int Question(Entry* entry, byte* buffer, nuint size, Entry** result);

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetByName(string name, Entry* entry, byte* buffer, nuint size, Entry** result);

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int GetByUid(uint uid, Entry* entry, byte* buffer, nuint size, Entry** result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint EffectiveGroup();

    /// <summary>struct passwd of Linux.</summary>
    private struct Entry
    {
        public nint Name;
        public nint Password;
        public uint Uid;
        public uint Gid;
        public nint Comment;
        public nint Home;
        public nint Shell;
    }
}
