using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.State;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Workers;

/// <summary>
/// What placement needs of all workers, each in a slot of its own, in arrays that a walk reads from one end to the other. It is kept by the changes and never rebuilt:
/// a turn that places ten tasks among 50,000 workers touches ten slots. Only the loop touches it. A worker keeps its slot for good, so it is weak where workers come
/// under ever new ids.
/// </summary>
internal sealed class WorkerIndex
{
    private const int MostColumns = 256;
    private readonly Dictionary<string, AttributeColumn> _columns = new(StringComparer.Ordinal);
    private readonly ImprovedSlots _changed = new();
    private readonly ImprovedSlots _freed = new();
    private WorkerId[] _ids = [];
    private Capacity[] _free = [];
    private Capacity[] _total = [];
    private WorkerStanding[] _standing = [];
    private WorkerAttributes[] _attributes = [];
    private ReservationRecord?[] _reservations = [];
    private IReadOnlyCollection<int>?[] _staticPorts = [];

    /// <summary>How many workers there are; their slots are 0 to that.</summary>
    public int Count { get; private set; }

    /// <summary>Counts the changes of anything that can change a verdict.</summary>
    public long Version { get; private set; }

    /// <summary>Whether something improved since it was last taken.</summary>
    public bool HasImproved => _changed.Any || _freed.Any;

    public WorkerId Id(int slot) => _ids[slot];

    public ref readonly Capacity FreeOf(int slot) => ref _free[slot];

    public ref readonly Capacity TotalOf(int slot) => ref _total[slot];

    public WorkerStanding StandingOf(int slot) => _standing[slot];

    /// <summary>For which group a worker is kept; null for none.</summary>
    public ReservationRecord? ReservationFor(int slot) => _reservations[slot];

    public IReadOnlyCollection<int>? StaticPorts(int slot) => _staticPorts[slot];

    public WorkerAttributes Attributes(int slot) => _attributes[slot];

    /// <summary>A worker as it is now, for the matcher.</summary>
    /// <param name="slot">The worker.</param>
    /// <param name="job">The group's job.</param>
    /// <param name="configurationId">The group's configuration: what is kept for it is not kept from it.</param>
    public WorkerView View(int slot, JobKey job, string configurationId) => new(_standing[slot], _free[slot], _attributes[slot])
    {
        StaticPorts = _staticPorts[slot],
        IsReserved = _reservations[slot] is { } kept && !kept.IsFor(job, configurationId),
    };

    /// <summary>
    /// The column of an attribute; made when it is first asked for. Only for the decision that asks: when too many were made they are all dropped, and such a column is kept no longer.
    /// </summary>
    public AttributeColumn Column(string attribute)
    {
        if (!_columns.TryGetValue(attribute, out var column))
        {
            if (_columns.Count == MostColumns)
                _columns.Clear(); // Jobs may name ever new attributes, and each column is as long as there are workers.
            _columns.Add(attribute, column = new AttributeColumn());
            for (var slot = 0; slot < Count; slot++)
                column.Set(slot, _attributes[slot][attribute]);
        }

        return column;
    }

    /// <summary>The workers that came, changed, or are no longer kept for somebody since the last call, by slot: to every group they are as new.</summary>
    public IReadOnlyList<int> TakeChanged() => _changed.Take();

    /// <summary>The workers that have more room than at the last call, by slot.</summary>
    public IReadOnlyList<int> TakeFreed() => _freed.Take();

    internal int Add(WorkerId id)
    {
        if (Count == _ids.Length)
            Grow(Math.Max(16, Count * 2));
        var slot = Count++;
        _ids[slot] = id;
        _attributes[slot] = new WorkerAttributes("", []);
        _standing[slot] = WorkerStanding.Expected;
        foreach (var column in _columns.Values)
            column.Set(slot, []);
        return slot;
    }

    internal void SetAttributes(int slot, WorkerAttributes attributes)
    {
        _attributes[slot] = attributes;
        foreach (var (name, column) in _columns)
            column.Set(slot, attributes[name]);
        Change(slot);
    }

    internal void SetStanding(int slot, WorkerStanding standing)
    {
        var before = _standing[slot];
        _standing[slot] = standing;
        if (standing < before) // The better one comes first.
            Change(slot);
        else if (standing > before)
            Version++;
    }

    internal void SetRoom(int slot, Capacity total, Capacity free)
    {
        if (total != _total[slot])
            Change(slot);
        else if (!free.FitsInto(_free[slot]))
            _freed.Add(slot);
        Version++;
        (_total[slot], _free[slot]) = (total, free);
    }

    internal void SetStaticPorts(int slot, IReadOnlyCollection<int>? ports, bool isFreed)
    {
        _staticPorts[slot] = ports;
        if (isFreed)
            _freed.Add(slot);
        Version++;
    }

    internal void SetReservation(int slot, ReservationRecord? reservation)
    {
        var isLifted = reservation is null && _reservations[slot] is not null;
        _reservations[slot] = reservation;
        if (isLifted)
            Change(slot);
        else
            Version++;
    }

    private void Change(int slot)
    {
        Version++;
        _changed.Add(slot);
    }

    private void Grow(int length)
    {
        Array.Resize(ref _ids, length);
        Array.Resize(ref _free, length);
        Array.Resize(ref _total, length);
        Array.Resize(ref _standing, length);
        Array.Resize(ref _attributes, length);
        Array.Resize(ref _reservations, length);
        Array.Resize(ref _staticPorts, length);
    }
}
