using Aurora.Core.Jobs;

namespace Aurora.Broker.State;

/// <summary>
/// One turn of the loop: the state, the time that all of the turn's changes bear, and the effects that run after its commit. Everything that the deciders may not
/// make themselves (ids, chance, time) stands here.
/// </summary>
internal sealed class Turn(BrokerState state, DueTimes due, TurnOptions options, DateTimeOffset leadingSince)
{
    private readonly Dictionary<WorkerId, HashSet<TaskId>> _recordedEnds = [];

    public BrokerState State { get; } = state;

    public DueTimes Due { get; } = due;

    public TurnOptions Options { get; } = options;

    /// <summary>When this broker began to lead, or went on after it stood still: silence before that proves nothing.</summary>
    public DateTimeOffset LeadingSince { get; set; } = leadingSince;

    /// <summary>UTC, whole milliseconds.</summary>
    public DateTimeOffset Now { get; private set; } = leadingSince;

    public List<Effect> Effects { get; private set; } = [];

    /// <summary>Jobs whose active update must be looked at before the commit.</summary>
    public HashSet<JobKey> TouchedJobs { get; } = [];

    /// <summary>Groups of which a task was placed on a worker that was kept for it.</summary>
    public List<PendingGroup> ServedGroups { get; } = [];

    /// <summary>Jobs that lost a task, and may be empty now.</summary>
    public HashSet<JobKey> MaybeEmptyJobs { get; } = [];

    /// <summary>Jobs that have tasks on workers that drain, and of which a task may perhaps go now.</summary>
    public HashSet<JobKey> JobsToDrain { get; } = [];

    /// <summary>Whether a worker came or went.</summary>
    public bool PresenceChanged { get; set; } = true;

    /// <summary>
    /// Whether an effect of the turn tells somebody that this broker leads, other than by giving orders. Such a turn is committed even when it changes nothing, because only a commit checks the epoch.
    /// </summary>
    public bool MustProveLeadership { get; set; }

    /// <summary>How many attempts were found alive beside a newer one of their instance, since this broker leads.</summary>
    public long DuplicatesFound { get; set; }

    public void Begin(DateTimeOffset now)
    {
        var utc = now.ToUniversalTime();
        Now = new DateTimeOffset(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        Effects = [];
        MustProveLeadership = false;
    }

    /// <summary>Notes that a worker may forget a task once this turn is committed; they are told in one message, and once however often the end was reported.</summary>
    public void RecordEnd(WorkerId worker, TaskId task)
    {
        if (!_recordedEnds.TryGetValue(worker, out var tasks))
            _recordedEnds.Add(worker, tasks = []);
        tasks.Add(task);
    }

    public void FlushRecordedEnds()
    {
        foreach (var (worker, tasks) in _recordedEnds)
            Effects.Add(new ToWorker(worker, new Core.Messages.EndsRecorded([.. tasks])));
        _recordedEnds.Clear();
    }

    public string JobUrl(JobKey job) => $"{Options.BaseUrl()}/scheduler/{job.Path}";
}
