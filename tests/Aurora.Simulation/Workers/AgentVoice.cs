using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Workers;

/// <summary>
/// An agent's one voice, as the worker's reporter: one message after the other, each confirmed before the next, made when it is sent; after a failure a hello says how
/// everything stands.
/// </summary>
internal sealed class AgentVoice(World world, SimulatedWorker worker, Life life, Guid session, IReadOnlyList<Guid> previousSessions)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly HashSet<TaskOnDisk> _changed = [];
    private readonly Dictionary<TaskId, int> _confirmed = [];
    private List<(TaskReport Report, Action Confirmed)> _extra = [];
    private bool _helloWanted = true;
    private bool _heartbeatDue;
    private bool _isTalking;
    private long _sequence;
    private TimeSpan _retry;

    public bool IsQuiet => !_helloWanted && _changed.Count == 0 && _extra.Count == 0;

    public bool IsDraining { get; set; }

    /// <summary>Says which heartbeats must be answered; set once.</summary>
    public AgentFence Fence { get; set; } = null!; // By the agent that both belong to.

    public bool IsReported(TaskId task) => _confirmed.ContainsKey(task);

    public void Changed(TaskOnDisk task)
    {
        _changed.Add(task);
        Talk();
    }

    public void Say(TaskReport report, Action confirmed)
    {
        _extra.Add((report, confirmed));
        Talk();
    }

    public void WantHello()
    {
        _helloWanted = true;
        Talk();
    }

    public void HeartbeatDue()
    {
        _heartbeatDue = true;
        _helloWanted |= !worker.Link.IsUp;
        Talk();
    }

    private void Talk()
    {
        if (_isTalking)
            return;
        _isTalking = true;
        world.Timeline.After(TimeSpan.Zero, life, SayNext);
    }

    private void SayNext()
    {
        if (_helloWanted)
            SayHello();
        else if (_changed.Count + _extra.Count > 0)
            SayBatch();
        else if (_heartbeatDue || Fence.WantsHeartbeat)
            Beat();
        else
            _isTalking = false;
    }

    private void SayHello()
    {
        _helloWanted = false;
        var tasks = worker.Disk.Values.Where(t => !t.IsRecorded).Select(t => (Task: t, t.Changes.Count)).ToArray();
        var hello = new WorkerHello(worker.Id, session, $"{worker.Id}.example.org", "1", worker.Total, worker.Attributes, [.. tasks.Select(t => Report(t.Task, t.Task.Changes[^1]))])
        {
            Draining = IsDraining, PortCount = worker.PortCount, Sequence = ++_sequence, PreviousSessions = previousSessions,
        };
        Publish(hello, () =>
        {
            foreach (var (task, count) in tasks)
                _confirmed[task.Id] = count;
        }, () => { });
    }

    private void SayBatch()
    {
        var changed = _changed.Select(t => (Task: t, t.Changes.Count)).ToArray();
        var extra = _extra;
        _changed.Clear();
        _extra = [];
        var reports = changed.SelectMany(c => Since(c.Task)).Concat(extra.Select(e => e.Report));
        Publish(new TasksReported(worker.Id, session, [.. reports]) { Sequence = ++_sequence }, () =>
        {
            foreach (var (task, count) in changed)
                _confirmed[task.Id] = count;
            foreach (var (_, confirmed) in extra)
                confirmed();
        }, () =>
        {
            _changed.UnionWith(changed.Select(c => c.Task));
            _extra.InsertRange(0, extra);
        });
    }

    private void Beat()
    {
        _heartbeatDue = false;
        Publish(new WorkerHeartbeat(worker.Id, session) { AnswerTo = Fence.NextNumber(), Sequence = ++_sequence, TasksDigest = Digest().ToString() }, () => { }, () => { });
    }

    private TaskDigest Digest() => worker.Disk.Values.Where(t => !t.IsRecorded).Aggregate(default(TaskDigest), (digest, t) => digest.Add(t.Id, TaskDigest.PhaseOf(t.State)));

    private void Publish(object message, Action confirmed, Action failed) => worker.Link.Publish(world.Bus.Status, world.Bus.Seal(message), there =>
    {
        if (there)
        {
            _retry = TimeSpan.Zero;
            confirmed();
            SayNext(); // Also a heartbeat that a fenced task waits for.
            return;
        }

        failed();
        _helloWanted = true; // Nobody knows what has arrived.
        _retry = _retry == TimeSpan.Zero ? FirstRetry : _retry * 2 < LongestRetry ? _retry * 2 : LongestRetry;
        world.Timeline.After(_retry, life, SayNext);
    });

    private IEnumerable<TaskReport> Since(TaskOnDisk task) => task.Changes
        .Take(task.Changes.Count - 1).Skip(_confirmed.GetValueOrDefault(task.Id)).Where(c => c.State != TaskState.Starting)
        .Append(task.Changes[^1]).Select(c => Report(task, c));

    private static TaskReport Report(TaskOnDisk task, StateChange change) => new(task.Id, change.State, change.At, change.Message, []);
}
