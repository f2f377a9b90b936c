using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Simulation.Brokers;
using Aurora.Simulation.Bus;
using Aurora.Simulation.Clients;
using Aurora.Simulation.Coverage;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Faults;
using Aurora.Simulation.Invariants;
using Aurora.Simulation.Seeds;
using Aurora.Simulation.Store;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation;

/// <summary>One run: everything that there is in it, on one thread and one virtual time, all of it drawn from one seed.</summary>
internal sealed class World : IDisposable
{
    public const string Cluster = "simulated";
    private const long MostEvents = 3_000_000;
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(5);

    private readonly RunOptions _options;
    private readonly Chance _chance;
    private readonly FaultMaker _faults;
    private readonly Rest _rest;
    private readonly SchedulingRules _rules;
    private readonly Dictionary<string, Capacity> _needs = [];
    private readonly SqliteDatabase? _sqlite;
    private DateTimeOffset _troubledUntil = Timeline.Beginning;
    private DateTimeOffset _reachTroubledUntil = Timeline.Beginning;
    private int _restTicks;

    public World(Scenario scenario, RunOptions options)
    {
        (Scenario, _options) = (scenario, options);
        _chance = new Chance(scenario.Seed);
        Trace = new Trace(Timeline, options.Trace, options.IsDigested);
        DatabaseClock = new MachineClock(Timeline);
        Store = new MemoryStore(DatabaseClock);
        _sqlite = scenario.OnSqlite ? new SqliteDatabase(Store, DatabaseClock) : null;
        Database = options.Wrap(_sqlite is null ? Store : _sqlite, this);
        Bus = new SimulatedBus(Timeline, _chance.Fork(), scenario, Trace);
        Jobs = [.. Enumerable.Range(0, scenario.Jobs).Select(n => JobShape.Draw(n, _chance))];
        Play = new ProcessPlay(Jobs, scenario);
        _rules = Coverage.Watch(options.Rules);
        Retention = _chance.Happens(0.5) ? new RetentionOptions()
            : new RetentionOptions { MaxEndedTasksPerJob = 3, MinAge = TimeSpan.FromSeconds(20), MaxAge = TimeSpan.FromMinutes(5), MaxEndedUpdatesPerJob = 2 };
        Preemption = _chance.Happens(0.3) ? new PreemptionOptions()
            : new PreemptionOptions { Delay = TimeSpan.FromSeconds(5), SearchInterval = TimeSpan.FromSeconds(3), ReservationTime = TimeSpan.FromSeconds(30) };
        Referee = new Referee(this);
        Brokers = [.. Enumerable.Range(1, scenario.Brokers).Select(n => new SimulatedBroker($"b{n}", this, _chance.Fork()))];
        Workers = [.. Enumerable.Range(1, scenario.Workers).Select(n => new SimulatedWorker(new WorkerId($"w{n}"), this, _chance.Fork()))];
        Client = new SimulatedClient(this, _chance.Fork());
        _faults = new FaultMaker(this, _chance.Fork());
        Oracle = new PlacementOracle(this);
        _rest = new Rest(this);
    }

    public Scenario Scenario { get; }

    public Timeline Timeline { get; } = new();

    /// <summary>Tasks that their coordinator let go.</summary>
    public HashSet<TaskId> Allowances { get; } = [];

    /// <summary>What nothing ends.</summary>
    public Life Life { get; } = new();

    public Trace Trace { get; }

    public TransitionCoverage Coverage { get; } = new();

    public CommandDesk Desk { get; } = new();

    public MachineClock DatabaseClock { get; }

    /// <summary>The rows as stored.</summary>
    public MemoryStore Store { get; }

    /// <summary>What brokers talk to.</summary>
    public IStore Database { get; }

    public SimulatedBus Bus { get; }

    public IReadOnlyList<JobShape> Jobs { get; }

    public ProcessPlay Play { get; }

    public RetentionOptions Retention { get; }

    public PreemptionOptions Preemption { get; }

    public Referee Referee { get; }

    public IReadOnlyList<SimulatedBroker> Brokers { get; }

    public IReadOnlyList<SimulatedWorker> Workers { get; }

    public SimulatedClient Client { get; }

    public PlacementOracle Oracle { get; }

    /// <summary>No more faults, no more commands.</summary>
    public bool IsCalm { get; private set; }

    public WorkerDefects Defects => _options.Defects;

    /// <summary>The first rule that did not hold; null as long as all do.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>The time of day on the machine that is furthest ahead.</summary>
    public DateTimeOffset LatestClock => Timeline.Now + Brokers.Max(b => b.Clock.Ahead);

    public void Run()
    {
        Trace.Say($"{Scenario}");
        foreach (var broker in Brokers)
            Timeline.After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)), Life, broker.Start);
        foreach (var worker in Workers)
            Timeline.After(_chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)), Life, worker.Boot);
        Client.Start();
        _faults.Start();
        Timeline.After(TickInterval, Life, Tick);
        Timeline.After(Scenario.FaultTime, Life, Calm);
        try
        {
            while (Failure is null && _restTicks < 2 && Timeline.Count < MostEvents)
                Timeline.Step(DateTimeOffset.MaxValue);
        }
        catch (Exception e)
        {
            Fail("nothing throws", e.ToString()); // The top of the run: a defect of the product or of the simulation.
        }

        if (Failure is null && _restTicks < 2)
            Fail("the run comes to an end", $"{Timeline.Count} events in {Timeline.Elapsed}");
    }

    public void Fail(string rule, string what)
    {
        if (Failure is not null)
            return;
        Failure = new Failure(Scenario.Seed, rule, what, Timeline.Elapsed);
        Trace.Say($"FAILED     {rule}: {what}");
    }

    /// <summary>Notes that something is out of order for a time.</summary>
    public void Trouble(TimeSpan duration) => _troubledUntil = Later(_troubledUntil, Timeline.Now + duration);

    /// <summary>Notes that workers cannot be heard for a time.</summary>
    public void TroubleReach(TimeSpan duration)
    {
        Trouble(duration);
        _reachTroubledUntil = Later(_reachTroubledUntil, Timeline.Now + duration);
    }

    /// <summary>Whether nothing at all has been out of order for so long.</summary>
    public bool IsQuietFor(TimeSpan span)
    {
        const FaultKinds lasting = FaultKinds.MessageLoss | FaultKinds.Duplicates | FaultKinds.Reordering | FaultKinds.SlowMessages | FaultKinds.CommitFailure | FaultKinds.SlowStore;
        var since = Timeline.Now - span;
        return (IsCalm ? CalmSince < since : !Scenario.Has(lasting)) && _troubledUntil < since && Workers.All(w => w.TroubledUntil < since);
    }

    /// <summary>Whether anything kept a worker from being heard since then.</summary>
    public bool WasTroubled(SimulatedWorker worker, DateTimeOffset since) =>
        worker.TroubledUntil >= since || _reachTroubledUntil >= since
        || (Scenario.Has(FaultKinds.MessageLoss | FaultKinds.SlowMessages) && (!IsCalm || CalmSince >= since));

    public DateTimeOffset CalmSince { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Whether a client has asked for anything that ends tasks of the job.</summary>
    public bool MayBeKilled(JobKey job) => Client.Errands.Any(e => e.Command switch
    {
        KillTasks kill => kill.Job == job,
        StartUpdate update => update.Job.Key == job,
        _ => false,
    });

    public JobConfiguration ConfigurationOf(string id) => Store.Configurations[id].Configuration;

    public Capacity NeedOf(string configurationId)
    {
        if (!_needs.TryGetValue(configurationId, out var need))
            _needs.Add(configurationId, need = PlacementOracle.Need(ConfigurationOf(configurationId)));
        return need;
    }

    public TurnOptions TurnOptions(string broker) => new()
    {
        ClusterName = Cluster, BrokerName = broker, Version = "1", BaseUrl = () => "", NewId = _chance.Id, Jitter = _chance.Real, Rules = _rules, Retention = Retention, Preemption = Preemption,
        Backoff = _options.MaxDelayOfBackoff is { } longest ? new BackoffOptions { MaxDelay = longest } : new BackoffOptions(),
    };

    public void Dispose() => _sqlite?.Dispose();

    private void Tick()
    {
        Referee.Ticked();
        if (IsCalm)
        {
            Client.EndMaintenance();
            LookForRest();
        }

        Timeline.After(TickInterval, Life, Tick);
    }

    private void LookForRest()
    {
        var unsettled = _rest.Unsettled();
        _restTicks = unsettled is null ? _restTicks + 1 : 0;
        if (unsettled is not null && Timeline.Now - CalmSince > Scenario.Patience)
            Fail("when faults stop, everything comes to rest", unsettled);
    }

    private void Calm()
    {
        Trace.Say($"calm       from here on nothing fails");
        (IsCalm, CalmSince, Play.IsCalm) = (true, Timeline.Now, true);
        _faults.Calm();
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
