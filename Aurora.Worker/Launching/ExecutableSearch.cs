using Aurora.Worker.Native;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Launching;

/// <summary>
/// Finds the file that a plain command means, when it can be executed without a shell: root's own program or script with an interpreter line, in the search path or named by
/// an absolute path. Everything else (relative paths, files of other users, missing or unexecutable ones) is left to the shell, whose exit codes
/// 126 and 127 and whose message in stderr people know; and the worker never opens a file that a role could have swapped for something else.
/// </summary>
internal static class ExecutableSearch
{
    private static readonly Fresh<(string Word, string SearchPath, uint User, uint Group), string> Known = new();

    /// <summary>Searches; what was found counts for a second.</summary>
    /// <param name="word">The command's first word.</param>
    /// <param name="searchPath">Folders, joined by colons.</param>
    /// <param name="account">The user that will execute it.</param>
    /// <returns>The absolute path, or null.</returns>
    public static string? Find(string word, string searchPath, RoleAccount account) => OperatingSystem.IsLinux()
        ? Known.Get((word, searchPath, account.Uid, account.Gid), _ => Search(word, searchPath, account))
        : null;

    private static string? Search(string word, string searchPath, RoleAccount account)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        if (word.Contains('/', StringComparison.Ordinal))
        {
            return word[0] == '/' && IsProgram(word, account) ? word : null;
        }

        foreach (var folder in searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            var path = $"{folder}/{word}";
            if (folder[0] == '/' && Libc.Look(path) is { Kind: EntryKind.File } status && Ownership.MayExecute(status, account))
            {
                return IsProgram(path, account) ? path : null;
            }
        }

        return null;
    }

    private static bool IsProgram(string path, RoleAccount account)
    {
        if (!OperatingSystem.IsLinux() || Libc.Look(path) is not { Kind: EntryKind.File, User: 0 } status || !Ownership.MayExecute(status, account))
        {
            return false;
        }

        try
        {
            using var file = File.OpenHandle(path);
            Span<byte> start = stackalloc byte[4];
            var read = RandomAccess.Read(file, start, 0);
            return start[..read].SequenceEqual("\u007fELF"u8) || start[..read].StartsWith("#!"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
