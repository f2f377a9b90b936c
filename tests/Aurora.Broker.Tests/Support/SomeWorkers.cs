using System.Collections.Immutable;
using Aurora.Broker.Quotas;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Broker.State;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.Tests.Support;

/// <summary>An index of workers with tasks of one job on them, made by hand.</summary>
internal sealed class SomeWorkers
{
    public static readonly JobKey Job = JobKey.Parse("c/r/devel/j");

    private readonly JobState _job = new(Job, new RoleConsumption());
    private readonly List<WorkerState> _workers = [];

    public WorkerIndex Index { get; } = new();

    public IReadOnlyDictionary<int, int> TasksBySlot => _job.CountBySlot;

    public WorkerState this[int slot] => _workers[slot];

    public WorkerState this[string id] => _workers.Single(w => w.Record.Id.Value == id);

    public static ImmutableSortedDictionary<string, string> Attributes(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(a => a.Split('=')).ToImmutableSortedDictionary(a => a[0], a => a[1], StringComparer.Ordinal);

    /// <summary>Adds a worker, with attributes like <c>rack=a,b;zone=1</c>.</summary>
    public SomeWorkers Add(
        string id, double cpu = 8, string attributes = "", WorkerPresence presence = WorkerPresence.Up, MaintenanceMode mode = MaintenanceMode.None, int tasks = 0,
        long ram = 64L << 30, long disk = 64L << 30, int gpus = 0, int? ports = null, double used = 0, params int[] staticPorts)
    {
        var record = new WorkerRecord(new WorkerId(id), $"{id}.example.org", Guid.Empty, "1", new ResourceGrant { Cpu = cpu, Ram = ram, Disk = disk, Gpu = gpus },
            Attributes(attributes), default) { Mode = mode, PortCount = ports };
        var worker = new WorkerState(record, default, Index) { Presence = presence };
        _workers.Add(worker);
        worker.Hold(new Demand(new Capacity((long)(used * 1e6), 0, 0, 0)) { StaticPorts = staticPorts }, 1);
        for (var i = 0; i < tasks; i++)
            _job.CountOn(worker, 1);
        return this;
    }

    /// <summary>A group of the job.</summary>
    public GroupDemand Group(int count, double cpu = 1, string constraints = "", PlacementStrategy strategy = PlacementStrategy.Spread, string? by = null) =>
        Group(count, Demand(cpu, constraints), strategy, by);

    public GroupDemand Group(int count, Demand demand, PlacementStrategy strategy = PlacementStrategy.Spread, string? by = null) => new()
    {
        Job = Job, ConfigurationId = "c", Demand = demand, Count = count, Preference = new PlacementPreference(strategy, by), TasksBySlot = _job.CountBySlot, TasksAt = TasksAt,
    };

    public static Demand Demand(double cpu = 1, string constraints = "") =>
        global::Aurora.Broker.Scheduling.Matching.Demand.Of(Some.Job(cpu: cpu, role: "r") with { Constraints = Attributes(constraints) });

    public int TasksAt(string attribute, string value) => _job.TasksAt(attribute, value, Index);

    public Verdict Check(Demand demand, int slot) => Matcher.Check(demand, Index.View(slot, Job, "c"), TasksAt);

    /// <summary>Places and applies what was decided.</summary>
    public IReadOnlyList<string> Place(GroupDemand group)
    {
        var slots = Placement.Decide(group, Index).Slots;
        foreach (var slot in slots)
            Take(slot, group.Demand);
        return [.. slots.Select(s => Index.Id(s).Value)];
    }

    public void Take(int slot, Demand demand)
    {
        _workers[slot].Hold(demand, 1);
        _job.CountOn(_workers[slot], 1);
    }

    public string? Reason(GroupDemand group) => PendingReasons.Describe(group, Index);
}
