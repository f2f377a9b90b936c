namespace Aurora.Shim.Pumps;

/// <summary>Decides where a file is rotated. Pure.</summary>
/// <param name="Length">How many bytes still go into the file, from the chunk's beginning.</param>
/// <param name="Rotate">Whether it is rotated after them.</param>
internal readonly record struct LineCut(int Length, bool Rotate)
{
    /// <summary>How far a file may grow over its limit in waiting for the end of a line, in bytes; then the line is torn.</summary>
    public const int LongestLine = 1024 * 1024;

    /// <summary>Finds the first end of a line with which the file reaches its limit.</summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="limit">The size from which it is rotated, greater than 0.</param>
    /// <param name="chunk">What comes next.</param>
    /// <returns>How much of the chunk belongs into the file, and whether it is full then.</returns>
    public static LineCut Decide(long size, long limit, ReadOnlySpan<byte> chunk)
    {
        var from = (int)Math.Clamp(limit - size - 1, 0, chunk.Length);
        var end = chunk[from..].IndexOf((byte)'\n');
        var most = Math.Max(limit + LongestLine - size, 0);
        if (end >= 0 && from + end + 1 <= most)
        {
            return new LineCut(from + end + 1, true);
        }

        return most <= chunk.Length ? new LineCut((int)most, true) : new LineCut(chunk.Length, false);
    }
}
