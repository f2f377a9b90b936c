namespace Aurora.Client.Logs;

/// <summary>Finds the last lines of a text.</summary>
public static class LogTail
{
    /// <summary>Where the last lines begin. A line break at the very end closes the last line and opens no further one.</summary>
    /// <param name="data">The end of a file.</param>
    /// <param name="lines">How many lines, 0 or more.</param>
    /// <returns>The index of their first byte; 0 when there are fewer.</returns>
    public static int Start(ReadOnlySpan<byte> data, int lines)
    {
        if (lines <= 0)
        {
            return data.Length;
        }

        var end = data.Length > 0 && data[^1] == (byte)'\n' ? data.Length - 1 : data.Length;
        for (; lines > 0; lines--)
        {
            var at = data[..end].LastIndexOf((byte)'\n');
            if (at < 0)
            {
                return 0;
            }

            end = at;
        }

        return end + 1;
    }
}
