using System.Globalization;
using System.Text;
using Aurora.Shim.Native;

namespace Aurora.Shim.Trees;

/// <summary>Reads processes from <c>/proc</c>. A process that ends meanwhile is simply not there.</summary>
internal static unsafe class ProcFs
{
    /// <summary>How much of an environment is searched, in bytes; the marker is put first, but a shell may write its environment in another order.</summary>
    private const int EnvironmentLimit = 256 * 1024;

    /// <summary>Reads one process.</summary>
    /// <param name="pid">The process.</param>
    /// <returns>Null when there is none.</returns>
    public static ProcStat? ReadStat(int pid)
    {
        Span<byte> buffer = stackalloc byte[1024];
        var read = ReadFile($"/proc/{pid}/stat", buffer, atOnce: true); // The kernel makes this line in one piece.
        return read > 0 ? ProcStat.Parse(buffer[..read]) : null;
    }

    /// <summary>Reads every process that there is.</summary>
    /// <returns>The processes, in no order.</returns>
    public static List<ProcStat> ReadAll()
    {
        var all = new List<ProcStat>(256);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(folder.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && ReadStat(pid) is { } stat)
            {
                all.Add(stat);
            }
        }

        return all;
    }

    /// <summary>Says whether the environment that a process was started with holds exactly this entry.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="entry">The entry, for example <c>AURORA_RUN=task/process/0</c>, in UTF-8.</param>
    /// <returns>False also when it may not be read: then the process is another user's.</returns>
    public static bool HasEnvironmentEntry(int pid, ReadOnlySpan<byte> entry)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(EnvironmentLimit);
        try
        {
            var read = ReadFile($"/proc/{pid}/environ", buffer);
            var rest = buffer.AsSpan(0, Math.Max(read, 0));
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf((byte)0);
                if (rest[..(end < 0 ? rest.Length : end)].SequenceEqual(entry))
                {
                    return true;
                }

                rest = end < 0 ? [] : rest[(end + 1)..];
            }

            return false;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The direct children of this process, ended ones that were not reaped included.</summary>
    /// <returns>Null when the kernel does not tell (no CONFIG_PROC_CHILDREN).</returns>
    public static List<int>? OwnChildren()
    {
        var children = new List<int>();
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            var text = ReadText($"{thread}/children");
            if (text is null)
            {
                // A thread that ended has no file, but then its folder is gone as well.
                if (Directory.Exists(thread))
                {
                    return null;
                }

                continue;
            }

            foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                children.Add(int.Parse(part, CultureInfo.InvariantCulture));
            }
        }

        return children;
    }

    /// <summary>Reads a whole small file of <c>/proc</c>.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Null when it cannot be read.</returns>
    public static string? ReadText(string path)
    {
        // Nearly every such file fits here; the agent reads some for each task every few seconds.
        Span<byte> small = stackalloc byte[2048];
        var read = ReadFile(path, small);
        if (read < small.Length)
        {
            return read < 0 ? null : Encoding.UTF8.GetString(small[..read]);
        }

        for (var buffer = new byte[16 * 1024]; ; buffer = new byte[buffer.Length * 2])
        {
            read = ReadFile(path, buffer);
            if (read < buffer.Length)
            {
                return read < 0 ? null : Encoding.UTF8.GetString(buffer, 0, read);
            }
        }
    }

    private static int ReadFile(string path, Span<byte> buffer, bool atOnce = false)
    {
        var descriptor = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0);
        if (descriptor < 0)
        {
            return -1;
        }

        var total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                var read = Libc.Read(descriptor, start + total, buffer.Length - total);
                if (read <= 0)
                {
                    break;
                }

                total += (int)read;
                if (atOnce)
                {
                    break;
                }
            }
        }

        _ = Libc.Close(descriptor);
        return total;
    }
}
