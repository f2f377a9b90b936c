namespace Aurora.Shim.Trees;

/// <summary>What <c>/proc/PID/stat</c> says of a process, as far as its place in the trees goes.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Parent">Its parent.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartTime">When it started, in clock ticks since boot.</param>
/// <param name="Ended">True when only its exit status is left (zombie, dead).</param>
internal readonly record struct ProcStat(int Pid, int Parent, int Group, int Session, long StartTime, bool Ended)
{
    /// <summary>Reads the line. The command's name stands in parentheses and may hold anything, parentheses included.</summary>
    /// <param name="line">The content of <c>/proc/PID/stat</c>.</param>
    /// <returns>The values, or null when the line is not of that form.</returns>
    public static ProcStat? Parse(ReadOnlySpan<byte> line)
    {
        var open = line.IndexOf((byte)'(');
        var close = line.LastIndexOf((byte)')');
        if (open < 2 || close < open || close + 4 > line.Length || Number(line[..(open - 1)]) is not { } pid)
        {
            return null;
        }

        var state = line[close + 2];
        Span<long> fields = stackalloc long[19];
        var rest = line[(close + 4)..];
        for (var i = 0; i < fields.Length; i++)
        {
            var space = rest.IndexOf((byte)' ');
            if (space < 0 || Number(rest[..space]) is not { } value)
            {
                return null;
            }

            fields[i] = value;
            rest = rest[(space + 1)..];
        }

        return new ProcStat((int)pid, (int)fields[0], (int)fields[1], (int)fields[2], fields[18], state is (byte)'Z' or (byte)'X');
    }

    private static long? Number(ReadOnlySpan<byte> text) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out long value, out var used) && used == text.Length ? value : null;
}
