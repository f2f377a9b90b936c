using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Worker.Processes.Windows;

namespace Aurora.Worker.Hosting;

/// <summary>What this machine is and has: the defaults of a worker's options.</summary>
internal static class Machine
{
    private const long KeptMemory = 512L * 1024 * 1024;

    /// <summary>The host's name; characters that an id may not have become <c>_</c>.</summary>
    public static string Hostname { get; } = Named(Environment.MachineName);

    /// <summary>bash where there is one; on Windows, cmd.exe.</summary>
    public static string Shell => OperatingSystem.IsWindows() ? Path.Combine(Environment.SystemDirectory, "cmd.exe") : File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh";

    /// <summary>
    /// What processes search for programs: the worker's own PATH; for a worker that is root, the system's, since root's own may lead into folders that only root may enter. On
    /// Windows no other user runs.
    /// </summary>
    public static string SearchPath =>
        (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess) && Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } path ? path : SystemPath;

    private static string SystemPath => OperatingSystem.IsWindows() ? Environment.SystemDirectory : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>What tells one boot of the machine from another; empty where the system has no such thing.</summary>
    /// <returns>The id.</returns>
    public static string BootId()
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsBoot.Id();
        }

        const string file = "/proc/sys/kernel/random/boot_id";
        return File.Exists(file) ? File.ReadAllText(file).Trim() : "";
    }

    /// <summary>Every core, all memory (the container's limit where there is one) but 512 MB for the machine itself, and what is free on a folder's disk.</summary>
    /// <param name="folder">The folder, or one that is yet to be made.</param>
    /// <returns>The amounts.</returns>
    public static ResourceGrant Resources(string folder)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        return new ResourceGrant
        {
            Cpu = Environment.ProcessorCount,
            Ram = memory > 2 * KeptMemory ? memory - KeptMemory : memory,
            Disk = new DriveInfo(existing).AvailableFreeSpace,
        };
    }

    private static string Named(string text) =>
        string.Concat(text.Take(Identifier.MaxLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '_')) is { Length: > 0 } name ? name : "worker";
}
