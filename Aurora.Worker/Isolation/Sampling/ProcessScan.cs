using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Aurora.Shim.Native;
using Aurora.Shim.Runs;

namespace Aurora.Worker.Isolation.Sampling;

/// <summary>Reads all processes and their markers from <c>/proc</c>. Not thread-safe: one buffer serves all reads.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class ProcessScan
{
    /// <summary>How much of an environment is searched, in bytes; the launcher puts the marker first, but a shell may write its environment in another order.</summary>
    private const int EnvironmentLimit = 256 * 1024;

    private static readonly byte[] MarkerStart = Encoding.UTF8.GetBytes($"{RunKey.MarkerVariable}=");

    private readonly byte[] _buffer = new byte[EnvironmentLimit];

    /// <summary>Reads every process there is.</summary>
    /// <returns>The processes, in no order.</returns>
    public List<ProcessSample> ReadAll()
    {
        var all = new List<ProcessSample>(256);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(folder.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && ReadFile($"{folder}/stat", 1024) is { Length: > 0 } line && ProcessSample.Parse(line) is { } sample)
            {
                all.Add(sample);
            }
        }

        return all;
    }

    /// <summary>The task whose marker is in the environment that a process was started with.</summary>
    /// <param name="pid">The process.</param>
    /// <returns>The task's id; null when there is no marker, or it may not be read.</returns>
    public string? TaskOf(int pid)
    {
        var rest = ReadFile($"/proc/{pid}/environ", EnvironmentLimit);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)0);
            var entry = rest[..(end < 0 ? rest.Length : end)];
            if (entry.StartsWith(MarkerStart))
            {
                var slash = entry.IndexOf((byte)'/');
                return slash < 0 ? null : Encoding.UTF8.GetString(entry[MarkerStart.Length..slash]);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return null;
    }

    private ReadOnlySpan<byte> ReadFile(string path, int limit)
    {
        var descriptor = Libc.Open(path, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0);
        if (descriptor < 0)
        {
            return [];
        }

        var total = 0;
        fixed (byte* start = _buffer)
        {
            nint read;
            while (total < limit && (read = Libc.Read(descriptor, start + total, limit - total)) > 0)
            {
                total += (int)read;

                // The kernel gives a line of /proc/PID/stat in one go; asking again for its end would double the cost of a scan.
                if (limit < EnvironmentLimit)
                {
                    break;
                }
            }
        }

        _ = Libc.Close(descriptor);
        return _buffer.AsSpan(0, total);
    }
}
