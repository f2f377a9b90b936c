using System.Globalization;
using System.Text;

namespace Aurora.Worker.Sandbox;

/// <summary>
/// Reads a log that is rotated while it is read. Offsets are logical: they count from the first byte that was ever written. <c>stdout.base</c> says how many bytes came before the
/// first one of <c>stdout</c>; the backups (<c>stdout.1</c> the newest) lie before it, end to end. A rotation goes: each backup one number up, <c>stdout</c> to <c>stdout.1</c>,
/// the new base (renamed into place), a new <c>stdout</c>, in this order; so a file opened between two equal readings of the base is the one that the base speaks of, and a
/// set of backups holds when every name still stands for the same file after all of them were opened (a file only ever goes to higher numbers). Otherwise it is read
/// again, a bounded number of times. The role writes all of it and may lie: then its own log is read wrongly, and nothing else.
/// </summary>
internal static class RotatedLog
{
    private const int MostAttempts = 200;
    private const int MostBackups = 1000;

    /// <summary>Reads.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="stream">The file's name.</param>
    /// <param name="offset">From which byte; negative counts from the end. What lies before the oldest byte that is left is taken as that byte, what lies behind the end as the end.</param>
    /// <param name="maxBytes">At most so many bytes; fewer when a file ends before.</param>
    /// <param name="ended">Whether nothing is written any more.</param>
    /// <returns>The bytes, or why there are none.</returns>
    public static (LogSlice? Slice, string? Refusal) Read(SafeFolder folder, string stream, long offset, int maxBytes, bool ended)
    {
        var wait = default(SpinWait);
        for (var attempt = 0; attempt < MostAttempts; attempt++, wait.SpinOnce())
        {
            if (ReadBase(folder, stream) is not { } length)
            {
                if (attempt < MostAttempts - 1)
                {
                    continue; // It was replaced in this moment. Taken for none it would count from the beginning again, and a follower would go back.
                }

                length = 0; // For ever: a link, or whatever the role made of it.
            }

            var (current, refusal) = folder.OpenFile(stream);
            using (current)
            {
                // While it is rotated there is no such file for a moment, or for ever when the pump died there. The first backup stays where it is until there is a base, and
                // the base stays; so, looked for in this order, one of both is there.
                var isAway = refusal == SafeFolder.Missing && (folder.Has($"{stream}.1") || folder.Has($"{stream}.base"));
                if (current is null && !isAway)
                {
                    return (null, refusal);
                }

                if ((isAway && !(ended && attempt == MostAttempts - 1)) || (ReadBase(folder, stream) ?? 0) != length)
                {
                    continue;
                }

                if (Slice(folder, stream, current, length, offset, maxBytes) is { } slice)
                {
                    return (slice, null);
                }
            }
        }

        // The rotation stands still half-way, or is faster than this. Nothing now, and the same offset again: nothing is skipped and nothing repeated.
        var known = ReadBase(folder, stream) ?? 0;
        return (new LogSlice(offset < 0 ? known : offset, [], Math.Max(known, offset)), null);
    }

    private static LogSlice? Slice(SafeFolder folder, string stream, SafeFile? current, long begin, long offset, int maxBytes)
    {
        var size = current?.Length ?? 0;
        var length = begin + size;
        var start = offset < 0 ? Math.Max(0, length + offset) : Math.Min(offset, length);
        return start >= begin
            ? new LogSlice(start, current?.Read(start - begin, maxBytes, size) ?? [], length)
            : InBackup(folder, stream, current, begin, start, maxBytes, length);
    }

    private static LogSlice? InBackup(SafeFolder folder, string stream, SafeFile? current, long begin, long start, int maxBytes, long length)
    {
        var names = new List<(string Name, SafeFile? File)> { (stream, current) };
        try
        {
            var (oldest, from) = (current, begin);

            // One name is missing while the others move up, and they follow each other in the same order all the same. Two missing are the end.
            for (var missing = 0; missing < 2 && start < from && names.Count <= MostBackups;)
            {
                var name = $"{stream}.{names.Count}";
                var (backup, _) = folder.OpenFile(name);
                names.Add((name, backup));
                missing = backup is null ? missing + 1 : 0;
                (oldest, from) = backup is null ? (oldest, from) : (backup, from - backup.Length);
            }

            if ((ReadBase(folder, stream) ?? 0) != begin || names.Any(n => folder.InodeOf(n.Name) != (n.File?.Inode ?? 0)))
            {
                return null;
            }

            var at = Math.Max(start, from);
            return new LogSlice(Math.Max(0, at), oldest?.Read(at - from, maxBytes, oldest.Length) ?? [], length);
        }
        finally
        {
            foreach (var (_, backup) in names.Skip(1)) // The first one is the caller's.
            {
                backup?.Dispose();
            }
        }
    }

    /// <summary>Decimal digits and nothing else, at most half of what a long holds, so that sums fit; anything else counts as 0.</summary>
    /// <param name="text">What the file holds.</param>
    /// <returns>The count.</returns>
    public static long ParseBase(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd((byte)'\n');
        return text.Length is > 0 and <= 19 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && long.TryParse(Encoding.ASCII.GetString(text), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? Math.Min(count, long.MaxValue / 2)
                : 0;
    }

    // 0 where there is none; null where there is one that could not be read now: one that was opened and replaced before it was looked at counts as missing, too.
    private static long? ReadBase(SafeFolder folder, string stream)
    {
        var name = $"{stream}.base";
        var (file, refusal) = folder.OpenFile(name);
        using (file)
        {
            return file is not null ? ParseBase(file.Read(0, 32, file.Length)) : refusal == SafeFolder.Missing && !folder.Has(name) ? 0 : null;
        }
    }
}

/// <summary>Bytes of a log.</summary>
/// <param name="Offset">The logical offset of the first one.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Length">How many bytes were ever written, as far as they are there to be read.</param>
internal sealed record LogSlice(long Offset, byte[] Data, long Length);
