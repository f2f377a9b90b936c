using Aurora.Shim.Native;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Trees;

/// <summary>
/// The thread that ends process trees. Requests are served in rounds, all together, so that a round reads <c>/proc</c> at most once however many
/// runs are to be ended. Most need no reading: the group is signalled, and when the leader is gone, its group empty, and no orphan was handed to the
/// shim, then nothing can be left. Weak where a process changes its user (sudo): the shim may not signal that one, and reports it as left.
/// </summary>
/// <param name="runs">The runs.</param>
internal sealed class TreeKiller(RunTable runs)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly List<Order> _incoming = [];

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Loop, maxStackSize: 512 * 1024) { IsBackground = true, Name = "killer" }.Start();

    /// <summary>Takes an order.</summary>
    /// <param name="key">The run.</param>
    /// <param name="signal">SIGTERM, sent once, or SIGKILL, sent until nothing is left or 10 seconds are over.</param>
    /// <param name="done">Told how many processes are left.</param>
    public void Enqueue(RunKey key, int signal, Action<int> done)
    {
        lock (_gate)
        {
            _incoming.Add(new Order(key, signal, done, Environment.TickCount64 + (long)Bound.TotalMilliseconds));
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Says that a run has ended: the next round need not wait.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        var orders = new List<Order>();
        var pause = 1;
        while (true)
        {
            lock (_gate)
            {
                if (_incoming.Count == 0 && orders.Count > 0)
                {
                    Monitor.Wait(_gate, pause);
                    pause = Math.Min(pause * 2, (int)LongestRound.TotalMilliseconds);
                }

                while (_incoming.Count == 0 && orders.Count == 0)
                {
                    pause = 1;
                    Monitor.Wait(_gate);
                }

                orders.AddRange(_incoming);
                _incoming.Clear();
            }

            var processes = new Lazy<List<ProcStat>>(ProcFs.ReadAll, LazyThreadSafetyMode.None);
            orders.RemoveAll(order => Serve(order, processes));
        }
    }

    private bool Serve(Order order, Lazy<List<ProcStat>> processes)
    {
        var left = order.Signal == Libc.Sigterm ? Terminate(order.Key, processes) : Kill(order, processes);
        if (left > 0 && Environment.TickCount64 < order.Deadline)
        {
            return false;
        }

        order.Done(left);
        return true;
    }

    private int Terminate(RunKey key, Lazy<List<ProcStat>> processes)
    {
        if (runs.Find(key) is not { Running: true } run)
        {
            return 0;
        }

        runs.SignalGroup(key, Libc.Sigterm);
        foreach (var member in Members(run, processes.Value).Where(m => m.Group != run.Pid))
        {
            PidFd.Signal(member.Pid, member.StartTime, Libc.Sigterm);
        }

        return 0;
    }

    private int Kill(Order order, Lazy<List<ProcStat>> processes)
    {
        if (runs.Find(order.Key) is not { Started: true } run || run.BootId != BootClock.BootId)
        {
            return 0;
        }

        if (run.Running)
        {
            runs.SignalGroup(order.Key, Libc.Sigkill);
            if (order.FirstRound)
            {
                order.FirstRound = false;
                return 1;
            }
        }
        else if (NothingCanBeLeft(run))
        {
            return 0;
        }

        var members = Members(run, processes.Value);
        foreach (var member in members)
        {
            PidFd.Signal(member.Pid, member.StartTime, Libc.Sigkill);
        }

        return run.Running ? Math.Max(members.Count, 1) : members.Count;
    }

    private bool NothingCanBeLeft(RunState run) =>
        !run.Adopted && Libc.Kill(-run.Pid, 0) != 0 && Libc.LastError == Libc.Esrch && !runs.HasStrays();

    private static List<ProcStat> Members(RunState run, List<ProcStat> processes)
    {
        var entry = run.Key.MarkerEntry();
        var root = new TreeRoot(run.Pid, run.StartTime, run.Running ? null : run.EndedAtTicks);
        return ProcessTree.Members(processes, root, pid => ProcFs.HasEnvironmentEntry(pid, entry), Environment.ProcessId);
    }

    private sealed record Order(RunKey Key, int Signal, Action<int> Done, long Deadline)
    {
        /// <summary>The first round of a kill signals the group only: that is all there is, most of the time.</summary>
        public bool FirstRound { get; set; } = true;
    }
}
