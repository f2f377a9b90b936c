using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.Scheduling.Workers;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>
/// The matcher's rule, made ready for looking at thousands of workers on behalf of one group: constraints and limits are decided once a combination of values. It counts
/// what the group takes while it is being placed, so that a limit holds at every moment: Aurora looked at limits for a whole batch before it placed any of it, and
/// exceeded them (aurora-spec section 5.3).
/// </summary>
internal sealed class DemandFilter
{
    private readonly WorkerIndex _workers;
    private readonly GroupDemand _group;
    private readonly Demand _demand;
    private readonly ValueRule? _dedicated;
    private readonly AttributeColumn _dedications;
    private readonly ValueRule[] _values;
    private readonly LimitRule[] _limits;

    public DemandFilter(GroupDemand group, WorkerIndex workers)
    {
        (_group, _workers, _demand) = (group, workers, group.Demand);
        _dedications = workers.Column(PlacementConstraint.Dedicated);
        if (_demand.Dedicated is { } dedicated)
            _dedicated = new ValueRule(new PlacementConstraint { Attribute = PlacementConstraint.Dedicated, Values = [dedicated] }, workers);
        _values = [.. _demand.Values.Select(c => new ValueRule(c, workers))];
        _limits = [.. _demand.Limits.Select(l => new LimitRule(l, workers, group.TasksAt))];
    }

    /// <summary>The value constraints' answer, as an index has it: the few workers that can fit at all. Null where the walk must see all of them.</summary>
    public int[]? Narrowed()
    {
        var rules = _dedicated is { } dedicated ? _values.Prepend(dedicated) : _values;
        return rules.MinBy(r => r.Reach) is { } narrowest && narrowest.Reach < _workers.Count / 4 ? narrowest.Workers() : null;
    }

    /// <summary>Says whether a worker can take a task of the group, as the matcher does.</summary>
    public Veto Check(int slot)
    {
        var standing = _workers.StandingOf(slot);
        if (standing >= WorkerStanding.Expected)
            return Veto.Absent;
        if (_dedicated is null ? _dedications[slot] != AttributeColumn.Absent : !_dedicated.Holds(slot))
            return Veto.Dedicated;
        if (standing == WorkerStanding.Draining)
            return Veto.Maintenance;
        foreach (var rule in _values)
        {
            if (!rule.Holds(slot))
                return Veto.Constraint;
        }

        foreach (var limit in _limits)
        {
            if (!limit.IsBelow(slot))
                return Veto.Limit;
        }

        if (!_demand.Need.FitsInto(_workers.FreeOf(slot)) || (_demand.StaticPorts.Count > 0 && IsPortTaken(slot)))
            return Veto.Resources;
        return _workers.ReservationFor(slot) is { } kept && !kept.IsFor(_group.Job, _group.ConfigurationId) ? Veto.Reserved : Veto.None;
    }

    /// <summary>Notes that the group takes one more place on a worker.</summary>
    public void Take(int slot)
    {
        foreach (var limit in _limits)
            limit.Take(slot);
    }

    /// <summary>Says whether a worker that fitted can take one more, after the group has taken some places there and elsewhere.</summary>
    public bool CanTakeMore(int slot, int taken)
    {
        foreach (var limit in _limits)
        {
            if (!limit.IsBelow(slot))
                return false;
        }

        return taken == 0 || (_demand.StaticPorts.Count == 0 && (_demand.Need * (taken + 1)).FitsInto(_workers.FreeOf(slot)));
    }

    /// <summary>Says whether more room on a worker that refused could help: an empty one would have enough.</summary>
    public bool CouldHold(int slot) => _demand.Need.FitsInto(_workers.TotalOf(slot));

    private bool IsPortTaken(int slot) => _workers.StaticPorts(slot) is { } taken && _demand.StaticPorts.Any(taken.Contains);
}
