using Aurora.Shim.Groups;
using Aurora.Shim.Journal;
using Aurora.Shim.Native;
using Aurora.Shim.Protocol;
using Aurora.Shim.Pumps;

namespace Aurora.Shim.Runs;

/// <summary>
/// All runs of this shim, in memory and in the journal. One lock guards both and is held while a process is reaped, so that no pid can be used again between a
/// look at it and a signal to its group. It is not held while a process is started, which takes long and must not hold up others: whoever asks for a run that is being
/// started waits until it is known whether it was, and a child that is not recorded yet is not reaped before it is.
/// </summary>
internal sealed unsafe class RunTable
{
    private const int CodeExited = 1;

    /// <summary>0640: the agent and the role's group may read a log; other roles may not.</summary>
    private const uint LogMode = 0x1A0;

    private readonly StartsUnderWay _starts = new();
    private readonly Lock _gate = new();
    private readonly JournalFiles _journal;
    private readonly TimeProvider _time;
    private readonly Dictionary<RunKey, RunState> _runs;
    private readonly Dictionary<int, RunKey> _children = [];
    private readonly Action<RunState> _ended;
    private readonly OwnPeak _ownPeak = new();
    private readonly Trees.Orphans _orphans = new();
    private readonly HomeGroups _homes;
    private readonly OutputPumps _pumps;

    /// <summary>Runs that the agent has forgotten and whose streams are still open.</summary>
    private readonly HashSet<RunKey> _forgetLater = [];
    private readonly ProcessLimit _limit = new();
    private int _running;
    private bool _closed;

    /// <summary>Takes over what was recovered.</summary>
    /// <param name="journal">The journal; it holds these runs.</param>
    /// <param name="runs">The runs that are not forgotten.</param>
    /// <param name="time">The clock.</param>
    /// <param name="homes">Where a spawning thread comes back to.</param>
    /// <param name="pumps">The streams that go through this process.</param>
    /// <param name="ended">Told of each end, in order, under the lock: it must only take note.</param>
    public RunTable(JournalFiles journal, Dictionary<RunKey, RunState> runs, TimeProvider time, HomeGroups homes, OutputPumps pumps, Action<RunState> ended)
    {
        (_journal, _runs, _time, _homes, _pumps, _ended) = (journal, runs, time, homes, pumps, ended);
        _running = runs.Values.Count(r => r.Running);
    }

    /// <summary>How many runs have a living process, as far as is known.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running;
            }
        }
    }

    /// <summary>Starts a process, unless the key was started before.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="groupFiles">The open files of its group; the caller closes them.</param>
    /// <returns>The run, or why there is none.</returns>
    /// <exception cref="IOException">The calling thread cannot leave the group of what it has started; it must end.</exception>
    public SpawnResult Spawn(SpawnCommand command, ReadOnlySpan<int> groupFiles)
    {
        // A bound on processes is this whole process's for a moment: nothing else must be born with it.
        _starts.Begin(command.Key, alone: command.Options.MaxProcesses > 0);
        try
        {
            lock (_gate)
            {
                if (_runs.TryGetValue(command.Key, out var known) && known.Started)
                {
                    return new SpawnResult(known, 0, "");
                }

                if (_closed)
                {
                    return new SpawnResult(null, SpawnFaults.Closing, "the shim is ending");
                }

                var error = _journal.Append(new JournalRecord.Intended(command.Key));
                if (error != 0)
                {
                    return new SpawnResult(null, error, $"the launch cannot be recorded: {Libc.Describe(error)}");
                }
            }

            return command.Options is { Output: null, Error: null } ? Start(command, groupFiles) : StartPumped(command, groupFiles);
        }
        finally
        {
            _starts.End(command.Key);
        }
    }

    /// <summary>Takes the status of a child that has ended: a run, or an orphan that was handed to this process.</summary>
    /// <param name="pid">The child, which was seen to have ended and was not taken since.</param>
    public void Reap(int pid)
    {
        if (TryReap(pid))
        {
            return;
        }

        // No run that is known: an orphan, or one that is being started just now.
        _starts.WaitForAll();
        if (!TryReap(pid))
        {
            _ = ChildWait.TryTake(pid, out _, out _);
        }
    }

    /// <summary>Records the end of a process that an earlier shim had started: nobody knows how it ended.</summary>
    /// <param name="key">The run.</param>
    public void EndAdopted(RunKey key)
    {
        lock (_gate)
        {
            if (_runs.TryGetValue(key, out var run) && run.Running)
            {
                End(run, new RunEnd(null, null, Now()));
            }
        }
    }

    /// <summary>Drops an ended run.</summary>
    /// <param name="key">The run; a running or unknown one is left alone.</param>
    public void Forget(RunKey key)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(key, out var run) || run.Running)
            {
                return;
            }

            if (_pumps.IsOpen(key))
            {
                // A daemon of the run still writes. Should this shim be killed, the next one must know where to.
                _forgetLater.Add(key);
                return;
            }

            _forgetLater.Remove(key);
            _runs.Remove(key);
            Report(_journal.AppendLater(new JournalRecord.Forgotten(key)), "write the journal");
            if (_journal.Due)
            {
                Report(_journal.Compact(_runs.Values), "compact the journal");
            }
        }
    }

    /// <summary>The streams of a run have ended: it is forgotten, if that was asked for.</summary>
    /// <param name="key">The run.</param>
    public void StreamsEnded(RunKey key)
    {
        lock (_gate)
        {
            if (_forgetLater.Contains(key))
            {
                Forget(key);
            }
        }
    }

    /// <summary>Looks a run up.</summary>
    /// <param name="key">The run.</param>
    /// <returns>Null when it is not known.</returns>
    public RunState? Find(RunKey key)
    {
        _starts.Wait(key);
        lock (_gate)
        {
            return _runs.GetValueOrDefault(key);
        }
    }

    /// <summary>Does something with all started runs, while no end can be reported in between.</summary>
    /// <param name="use">Gets the runs.</param>
    public void WithAll(Action<IReadOnlyCollection<RunState>> use)
    {
        _starts.WaitForAll();
        lock (_gate)
        {
            use([.. _runs.Values.Where(r => r.Started && !_forgetLater.Contains(r.Key))]);
        }
    }

    /// <summary>Sends a signal to the group of a run that has not ended.</summary>
    /// <param name="key">The run.</param>
    /// <param name="signal">The signal's number.</param>
    public void SignalGroup(RunKey key, int signal)
    {
        lock (_gate)
        {
            if (!_runs.TryGetValue(key, out var run) || !run.Running)
            {
                return;
            }

            // An own child keeps its pid until it is reaped, which needs this lock. An adopted one may be gone: look first.
            if (!run.Adopted || Trees.ProcFs.ReadStat(run.Pid) is { } stat && stat.StartTime == run.StartTime)
            {
                _ = Libc.Kill(-run.Pid, signal);
            }
        }
    }

    /// <summary>Says whether an ended run can have left anything: its group has somebody in it, or this process has children that lead no run: orphans of runs.</summary>
    /// <param name="run">The run; this shim started it.</param>
    /// <returns>True also when the kernel does not tell.</returns>
    public bool MayHaveLeft(RunState run)
    {
        lock (_gate)
        {
            return !IsGroupEmpty(run.Pid) || HasOrphans();
        }
    }

    /// <summary>Takes no more launches, if nothing runs.</summary>
    /// <returns>False when something runs, orphans included.</returns>
    public bool TryClose()
    {
        lock (_gate)
        {
            // What is being started and was not refused for being closed is not among the runs yet.
            _closed = _closed || (_running == 0 && _starts.None && !_pumps.Any && Trees.ProcFs.OwnChildren() is { Count: 0 });
            if (_closed)
            {
                Report(_journal.Flush(), "write the journal");
            }

            return _closed;
        }
    }

    private bool TryReap(int pid)
    {
        lock (_gate)
        {
            if (!_children.TryGetValue(pid, out var key))
            {
                return false;
            }

            if (ChildWait.TryTake(pid, out var status, out var usage))
            {
                _children.Remove(pid);
                var exited = status.Code == CodeExited;
                var end = new RunEnd(exited ? status.Status : null, exited ? null : status.Status, Now()) { Use = Use(usage) };

                // Looked at when it is gone itself. Its orphans were handed over when it ended, before that could be seen.
                End(_runs[key] with { LeftNothing = IsGroupEmpty(pid) && !HasOrphans() }, end);
            }

            return true;
        }
    }

    private static bool IsGroupEmpty(int group) => Libc.Kill(-group, 0) != 0 && Libc.LastError == Libc.Esrch;

    private bool HasOrphans() => _orphans.Any(_children.ContainsKey);

    private SpawnResult StartPumped(SpawnCommand command, ReadOnlySpan<int> groupFiles)
    {
        var intended = new RunState(command.Key) { Output = command.Options.Output, Error = command.Options.Error };
        lock (_gate)
        {
            if (_pumps.Prepare(command.Key, intended.Pumps) is { } fault)
            {
                Record(new JournalRecord.Forgotten(command.Key));
                return new SpawnResult(null, SpawnFaults.Refused, fault);
            }

            foreach (var record in JournalState.Records(intended).OfType<JournalRecord.Pumped>())
            {
                Record(record);
            }
        }

        var result = Start(command, groupFiles);
        if (result.Run is null)
        {
            _pumps.Abandon(command.Key);
        }

        return result;
    }

    private SpawnResult Start(SpawnCommand command, ReadOnlySpan<int> groupFiles)
    {
        var byThread = command.Options.Way == GroupWay.SpawningThread;
        if (byThread && _homes.Enter(groupFiles) is { } refusal)
        {
            return Refuse(command, SpawnFaults.Refused, refusal);
        }

        var pid = 0;
        var isLimited = command.Options.MaxProcesses > 0;
        if (isLimited)
        {
            _limit.Enter(command.Options.MaxProcesses);
        }

        try
        {
            var error = PosixSpawn.Start(command, LogMode, command.Options.Way == GroupWay.Child ? groupFiles[0] : -1, out pid);
            if (error != 0)
            {
                return Refuse(command, error, SpawnFaults.Explain(command, error));
            }

            return new SpawnResult(Add(command, pid), 0, "");
        }
        finally
        {
            if (isLimited)
            {
                _limit.Leave(pid);
            }

            if (byThread)
            {
                _homes.Leave(groupFiles);
            }
        }
    }

    private SpawnResult Refuse(SpawnCommand command, int errno, string message)
    {
        lock (_gate)
        {
            Record(new JournalRecord.Forgotten(command.Key));
            return new SpawnResult(null, errno, message);
        }
    }

    private RunState Add(SpawnCommand command, int pid)
    {
        var key = command.Key;

        // The child is not reaped before it is known, so its start time can be read even if it has ended already.
        var stat = Trees.ProcFs.ReadStat(pid) ?? throw new IOException($"The start time of process {pid} cannot be read.");
        var run = new RunState(key) { BootId = BootClock.BootId, Pid = pid, StartTime = stat.StartTime, StartedAt = Now(), Output = command.Options.Output, Error = command.Options.Error };
        lock (_gate)
        {
            if (run.Output is not null || run.Error is not null)
            {
                _pumps.Serve(); // Before its end can be seen, with which what it has written is taken.
            }

            _runs[key] = run;
            _children[pid] = key;
            _running++;
            Record(new JournalRecord.Started(key, pid, run.StartTime, run.BootId, run.StartedAt));
            return run;
        }
    }

    private void End(RunState run, RunEnd end)
    {
        // What the run itself has written is in its files before its end is told.
        _pumps.Drain(run.Key);
        var ended = run with { End = end, EndedAtTicks = BootClock.Ticks() };
        _runs[run.Key] = ended;
        _running--;
        Record(new JournalRecord.Ended(run.Key, end));
        _ended(ended);
    }

    private ResourceUse Use(in Libc.ResourceUsage usage)
    {
        var cpu = ((usage.UserSeconds + usage.SystemSeconds) * 1_000_000) + usage.UserMicroseconds + usage.SystemMicroseconds;
        return new ResourceUse(cpu, _ownPeak.Above(usage.PeakKib));
    }

    private void Record(JournalRecord record) => Report(_journal.Append(record), "write the journal");

    private static void Report(int error, string what)
    {
        if (error != 0)
        {
            // The truth stays in memory and is told to the agent; only a death of this shim would lose it.
            ShimLog.Write($"cannot {what}: {Libc.Describe(error)}");
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
