using System.Globalization;
using System.Text;
using Aurora.Shim.Pumps;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Journal;

/// <summary>
/// One line of the journal: a fact about one run. Facts about a run only add up (intended, started, ended, forgotten), so that reading
/// one twice, or two files that overlap, gives the same state.
/// </summary>
internal abstract record JournalRecord(RunKey Key)
{
    /// <summary>A process is about to be started. Without a later record: the shim died in between, and the process may or may not be there.</summary>
    internal sealed record Intended(RunKey Key) : JournalRecord(Key);

    /// <summary>A stream of the process that is about to be started goes through the shim (1: stdout, 2: stderr).</summary>
    internal sealed record Pumped(RunKey Key, int Stream, PumpPlan Plan) : JournalRecord(Key);

    /// <summary>The process was started.</summary>
    internal sealed record Started(RunKey Key, int Pid, long StartTime, string BootId, long At) : JournalRecord(Key);

    /// <summary>The process ended.</summary>
    internal sealed record Ended(RunKey Key, RunEnd End) : JournalRecord(Key);

    /// <summary>The agent has recorded the end, or the process could not be started: nothing has to be known any more.</summary>
    internal sealed record Forgotten(RunKey Key) : JournalRecord(Key);

    /// <summary>Writes the record as a line of tab-separated words, which people can read.</summary>
    /// <param name="text">Where to append it.</param>
    public void AppendTo(StringBuilder text)
    {
        var word = this switch { Intended => "intended", Pumped => "pumped", Started => "started", Ended => "ended", _ => "forgotten" };
        text.Append(word).Append('\t').Append(Escape(Key.Task)).Append('\t').Append(Escape(Key.Process))
            .Append('\t').Append(CultureInfo.InvariantCulture, $"{Key.Run}");
        switch (this)
        {
            case Pumped { Plan: var p } pumped:
                text.Append(CultureInfo.InvariantCulture, $"\t{pumped.Stream}\t{Escape(p.File)}\t{Escape(p.Copy ?? "")}\t{p.RotateAt}\t{p.Backups}");
                break;
            case Started s:
                text.Append(CultureInfo.InvariantCulture, $"\t{s.Pid}\t{s.StartTime}\t{s.BootId}\t{s.At}");
                break;
            case Ended { End: var e }:
                text.Append(CultureInfo.InvariantCulture, $"\t{Optional(e.ExitCode)}\t{Optional(e.Signal)}\t{e.EndedAt}");
                if (e.Use is { } use)
                {
                    text.Append(CultureInfo.InvariantCulture, $"\t{use.CpuMicroseconds}\t{use.PeakKib}");
                }

                break;
        }

        // The last word shows that the line is whole, also when a torn one before it ran into it.
        text.Append("\t.\n");
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its end.</param>
    /// <returns>Null when the line is torn or unreadable.</returns>
    public static JournalRecord? Parse(string line)
    {
        var words = line.Split('\t');
        if (words.Length < 5 || words[^1] != "." || !TryInt(words[3], out var run))
        {
            return null;
        }

        var key = new RunKey(Unescape(words[1]), Unescape(words[2]), run);
        return (words[0], words.Length) switch
        {
            ("intended", 5) => new Intended(key),
            ("forgotten", 5) => new Forgotten(key),
            ("pumped", 10) when TryInt(words[4], out var stream) && TryLong(words[7], out var size) && TryInt(words[8], out var backups)
                => new Pumped(key, stream, new PumpPlan(Unescape(words[5]), words[6].Length == 0 ? null : Unescape(words[6]), size, backups)),
            ("started", 9) when TryInt(words[4], out var pid) && TryLong(words[5], out var start) && TryLong(words[7], out var at)
                => new Started(key, pid, start, words[6], at),
            ("ended", 8) when TryOptional(words[4], out var code) && TryOptional(words[5], out var signal) && TryLong(words[6], out var at)
                => new Ended(key, new RunEnd(code, signal, at)),
            ("ended", 10) when TryOptional(words[4], out var code) && TryOptional(words[5], out var signal) && TryLong(words[6], out var at)
                && TryLong(words[7], out var cpu) && TryLong(words[8], out var peak)
                => new Ended(key, new RunEnd(code, signal, at) { Use = new ResourceUse(cpu, peak) }),
            _ => null,
        };
    }

    private static string Escape(string text) =>
        text.AsSpan().IndexOfAny("\t\n\r%") < 0
            ? text
            : text.Replace("%", "%25", StringComparison.Ordinal).Replace("\t", "%09", StringComparison.Ordinal)
                .Replace("\n", "%0A", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal);

    private static string Unescape(string text) =>
        text.Contains('%', StringComparison.Ordinal)
            ? text.Replace("%09", "\t", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal)
                .Replace("%0D", "\r", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal)
            : text;

    private static string Optional(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static bool TryOptional(string word, out int? value)
    {
        value = null;
        if (word == "-")
        {
            return true;
        }

        var read = TryInt(word, out var number);
        value = number;
        return read;
    }

    private static bool TryInt(string word, out int value) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool TryLong(string word, out long value) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
