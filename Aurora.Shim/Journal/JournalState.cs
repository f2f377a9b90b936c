using Aurora.Shim.Runs;

namespace Aurora.Shim.Journal;

/// <summary>Folds journal records into the runs that are not forgotten. Pure.</summary>
internal static class JournalState
{
    /// <summary>Applies one record.</summary>
    /// <param name="runs">The runs so far, changed in place.</param>
    /// <param name="record">The fact.</param>
    public static void Apply(IDictionary<RunKey, RunState> runs, JournalRecord record)
    {
        if (record is JournalRecord.Forgotten)
        {
            runs.Remove(record.Key);
            return;
        }

        var run = runs.TryGetValue(record.Key, out var known) ? known : new RunState(record.Key);
        runs[record.Key] = record switch
        {
            JournalRecord.Pumped { Stream: 1 } p => run with { Output = p.Plan },
            JournalRecord.Pumped p => run with { Error = p.Plan },
            JournalRecord.Started s => run with { Pid = s.Pid, StartTime = s.StartTime, BootId = s.BootId, StartedAt = s.At },
            JournalRecord.Ended e => run with { End = run.End ?? e.End },
            _ => run,
        };
    }

    /// <summary>The records that lead to this state again: what a compacted journal holds of the run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>One to five records.</returns>
    public static IEnumerable<JournalRecord> Records(RunState run)
    {
        yield return new JournalRecord.Intended(run.Key);
        if (run.Output is { } output)
        {
            yield return new JournalRecord.Pumped(run.Key, 1, output);
        }

        if (run.Error is { } error)
        {
            yield return new JournalRecord.Pumped(run.Key, 2, error);
        }

        if (run is { Started: true, BootId: { } boot })
        {
            yield return new JournalRecord.Started(run.Key, run.Pid, run.StartTime, boot, run.StartedAt);
        }

        if (run.End is { } end)
        {
            yield return new JournalRecord.Ended(run.Key, end);
        }
    }
}
