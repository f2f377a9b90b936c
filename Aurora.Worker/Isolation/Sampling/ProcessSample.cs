using System.Buffers.Text;

namespace Aurora.Worker.Isolation.Sampling;

/// <summary>What one look at <c>/proc/PID/stat</c> tells of a process: its place in the trees, and what it uses.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Parent">Its parent.</param>
/// <param name="Session">Its session.</param>
/// <param name="CpuTicks">Processor time of all its threads so far, in clock ticks.</param>
/// <param name="StartTime">When it started, in clock ticks since boot.</param>
/// <param name="ResidentPages">Its memory, in pages.</param>
/// <param name="Threads">How many threads it has.</param>
/// <param name="Ended">True when only its exit status is left.</param>
internal readonly record struct ProcessSample(int Pid, int Parent, int Session, long CpuTicks, long StartTime, long ResidentPages, int Threads, bool Ended)
{
    private const int Fields = 21;

    /// <summary>What makes it the same process at the next look.</summary>
    public (int Pid, long StartTime) Identity => (Pid, StartTime);

    /// <summary>Reads the line.</summary>
    /// <param name="line">The content of the file.</param>
    /// <returns>The values, or null when the line is not of that form.</returns>
    public static ProcessSample? Parse(ReadOnlySpan<byte> line)
    {
        // The command's name stands in parentheses and may hold anything, parentheses included.
        var open = line.IndexOf((byte)'(');
        var close = line.LastIndexOf((byte)')');
        if (open < 2 || close < open || close + 4 > line.Length || !Utf8Parser.TryParse(line, out int pid, out _))
        {
            return null;
        }

        Span<long> fields = stackalloc long[Fields];
        var rest = line[(close + 4)..];
        for (var i = 0; i < Fields; i++)
        {
            if (!Utf8Parser.TryParse(rest, out fields[i], out var used) || used >= rest.Length)
            {
                return null;
            }

            rest = rest[(used + 1)..];
        }

        // Fields 4, 6, 14 and 15, 20, 22, 24 of the manual's count. A zombie has no memory; one whose other threads go on is alive.
        var threads = fields[16];
        var ended = line[close + 2] is (byte)'Z' or (byte)'X' && threads <= 1;
        return new ProcessSample(pid, (int)fields[0], (int)fields[2], fields[10] + fields[11], fields[18], Math.Max(fields[20], 0), (int)threads, ended);
    }
}
