using Aurora.Shim.Native;

namespace Aurora.Shim.Groups;

/// <summary>
/// The shim's own control groups (v1), to which a thread goes back after it was in a task's. Their files are opened while the shim still is root: the kernel
/// asks who opened a file, not who writes. They are told apart by their file system, of which each hierarchy is one.
/// </summary>
internal sealed unsafe class HomeGroups
{
    private readonly Dictionary<ulong, int> _files = [];

    /// <summary>Opens what can be opened; where one cannot, launches into that hierarchy are refused later.</summary>
    /// <returns>The groups.</returns>
    public static HomeGroups Open()
    {
        var homes = new HomeGroups();
        var paths = CgroupPaths.OwnTasks(
            Trees.ProcFs.ReadText("/proc/self/cgroup") ?? "", Trees.ProcFs.ReadText("/proc/self/mountinfo") ?? "");
        foreach (var path in paths)
        {
            var descriptor = Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenCloseOnExec, 0);
            if (descriptor >= 0 && (DeviceOf(descriptor) is not { } device || !homes._files.TryAdd(device, descriptor)))
            {
                _ = Libc.Close(descriptor);
            }
        }

        return homes;
    }

    /// <summary>Takes the calling thread into groups. Where that fails it is at home again.</summary>
    /// <param name="files">The open <c>tasks</c> files of the groups.</param>
    /// <returns>Null, or why it could not be done.</returns>
    /// <exception cref="IOException">It is in a part of the groups and cannot get home.</exception>
    public string? Enter(ReadOnlySpan<int> files)
    {
        foreach (var file in files)
        {
            if (DeviceOf(file) is not { } device || !_files.ContainsKey(device))
            {
                return "the shim could not come back to its own control group, so it does not enter the task's";
            }
        }

        for (var i = 0; i < files.Length; i++)
        {
            var error = WriteSelf(files[i]);
            if (error != 0)
            {
                Leave(files[..i]);
                return $"the task's control group cannot be entered: {Libc.Describe(error)}";
            }
        }

        return null;
    }

    /// <summary>Takes the calling thread home.</summary>
    /// <param name="files">What it entered.</param>
    /// <exception cref="IOException">It cannot get home; this thread must start nothing any more, and must end, so that the group can be removed.</exception>
    public void Leave(ReadOnlySpan<int> files)
    {
        foreach (var file in files)
        {
            var error = DeviceOf(file) is { } device && _files.TryGetValue(device, out var home) ? WriteSelf(home) : Libc.Esrch;
            if (error != 0)
            {
                throw new IOException($"A thread of the shim cannot come back from a task's control group: {Libc.Describe(error)}");
            }
        }
    }

    private static int WriteSelf(int file)
    {
        var self = (byte)'0';
        while (Libc.Write(file, &self, 1) != 1)
        {
            if (Libc.LastError is var error && error != Libc.Eintr)
            {
                return error;
            }
        }

        return 0;
    }

    /// <summary>fstat by its number, since older C libraries have no function of that name; the device is the first field everywhere.</summary>
    private static ulong? DeviceOf(int file)
    {
        var status = stackalloc ulong[32];
        return Libc.SystemCall(Libc.IsX64 ? 5 : 80, file, (nint)status, 0, 0) == 0 ? status[0] : null;
    }
}
