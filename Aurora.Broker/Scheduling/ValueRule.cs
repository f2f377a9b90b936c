using Aurora.Broker.Scheduling.Workers;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>A value constraint, decided for every combination of the attribute's values.</summary>
internal sealed class ValueRule
{
    private readonly AttributeColumn _column;
    private readonly bool[] _isNamed;
    private readonly List<int> _combinations = [];
    private readonly bool _isNegated;

    public ValueRule(PlacementConstraint constraint, WorkerIndex workers)
    {
        _column = workers.Column(constraint.Attribute);
        _isNamed = new bool[_column.Count];
        _isNegated = constraint.IsNegated;
        foreach (var combination in constraint.Values.SelectMany(_column.With))
        {
            if (_isNamed[combination])
                continue;
            _isNamed[combination] = true;
            _combinations.Add(combination);
        }
    }

    /// <summary>On how many workers it holds at most.</summary>
    public int Reach => _isNegated ? int.MaxValue : _combinations.Sum(c => _column.Workers(c).Count);

    /// <summary>The workers that a constraint without negation allows, by slot.</summary>
    public int[] Workers()
    {
        int[] slots = [.. _combinations.SelectMany(_column.Workers)];
        Array.Sort(slots);
        return slots;
    }

    public bool Holds(int slot)
    {
        var combination = _column[slot];
        return combination == AttributeColumn.Absent ? _isNegated : _isNamed[combination] != _isNegated;
    }
}
