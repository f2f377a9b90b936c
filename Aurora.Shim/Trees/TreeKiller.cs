using Aurora.Shim.Native;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Trees;

/// <summary>
/// The thread that ends process trees. Requests are served in rounds, all together, so that a round reads <c>/proc</c> at most once however many
/// runs are to be ended. A run that has ended mostly needs no reading: when its group is empty, and no orphan was handed to the
/// shim, then nothing can be left. Weak where a process changes its user (sudo): the shim may not signal that one, and reports it as left.
/// </summary>
/// <param name="runs">The runs.</param>
internal sealed class TreeKiller(RunTable runs)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly List<Order> _incoming = [];
    private volatile bool _hasOrders;

    /// <summary>Starts the thread.</summary>
    public void Start() => new Thread(Loop, maxStackSize: 512 * 1024) { IsBackground = true, Name = "killer" }.Start();

    /// <summary>Takes an order.</summary>
    /// <param name="key">The run.</param>
    /// <param name="what">What to do; what is repeated ends after 10 seconds.</param>
    /// <param name="done">Told how many processes are left.</param>
    public void Enqueue(RunKey key, TreeOrder what, Action<int> done)
    {
        lock (_gate)
        {
            _incoming.Add(new Order(key, what, done, Environment.TickCount64 + (long)Bound.TotalMilliseconds));
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Says that a run has ended: the next round need not wait.</summary>
    public void Wake()
    {
        if (!_hasOrders)
        {
            return; // Runs end all the time, and mostly nobody waits for that here.
        }

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
                _hasOrders = true;
            }

            var processes = new Lazy<List<ProcStat>>(ProcFs.ReadAll, LazyThreadSafetyMode.None);
            orders.RemoveAll(order => Serve(order, processes));
            _hasOrders = orders.Count > 0;
        }
    }

    private bool Serve(Order order, Lazy<List<ProcStat>> processes)
    {
        var left = order.What == TreeOrder.Terminate ? Terminate(order, processes) : Kill(order, processes);
        if (left > 0 && Environment.TickCount64 < order.Deadline)
        {
            return false;
        }

        order.Done(left);
        return true;
    }

    private int Terminate(Order order, Lazy<List<ProcStat>> processes)
    {
        if (runs.Find(order.Key) is not { Running: true } run)
        {
            return 0;
        }

        // The tree is read before anything is signalled: when the leader has gone, a descendant that hid its marker is nobody's any more.
        var elsewhere = Members(run, processes.Value, order).Where(m => m.Group != run.Pid).ToList();
        runs.SignalGroup(order.Key, Libc.Sigterm);
        elsewhere.ForEach(m => PidFd.Signal(m.Pid, m.StartTime, Libc.Sigterm));
        return 0;
    }

    private int Kill(Order order, Lazy<List<ProcStat>> processes)
    {
        if (runs.Find(order.Key) is not { Started: true } run || run.BootId != BootClock.BootId || (!run.Running && NothingCanBeLeft(run))
            || (run.Running && order.What == TreeOrder.CleanUp))
        {
            return 0;
        }

        var members = Members(run, processes.Value, order);
        if (run.Running)
        {
            runs.SignalGroup(order.Key, Libc.Sigkill);
        }

        foreach (var member in members)
        {
            order.Known.Add((member.Pid, member.StartTime));
            PidFd.Signal(member.Pid, member.StartTime, Libc.Sigkill);
        }

        // The end of the run itself is told before the end of the kill.
        return run.Running ? Math.Max(members.Count, 1) : members.Count;
    }

    private bool NothingCanBeLeft(RunState run) =>
        !run.Adopted && !runs.MayHaveLeft(run);

    private static List<ProcStat> Members(RunState run, List<ProcStat> processes, Order order)
    {
        var entry = run.Key.MarkerEntry();
        var root = new TreeRoot(run.Pid, run.StartTime, run.Running ? null : run.EndedAtTicks);
        return ProcessTree.Members(
            processes, root, p => order.Known.Contains((p.Pid, p.StartTime)) || (MarkerCounts(p) && ProcFs.HasEnvironmentEntry(p.Pid, entry)), Environment.ProcessId);

        // Where nobody saw the leader's end its session alone proves nothing; session and marker together do.
        bool MarkerCounts(ProcStat process) => order.What != TreeOrder.CleanUp || process.Session == run.Pid || process.Group == run.Pid;
    }

    private sealed record Order(RunKey Key, TreeOrder What, Action<int> Done, long Deadline)
    {
        /// <summary>Members that earlier rounds found: they stay members, with what they start, when their parent is gone.</summary>
        public HashSet<(int Pid, long StartTime)> Known { get; } = [];
    }
}
