using Aurora.Broker.Scheduling.Workers;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>A limit constraint while a group is being placed: what the job has, and what the group has just taken.</summary>
internal sealed class LimitRule(PlacementConstraint constraint, WorkerIndex workers, Func<string, string, int> tasksAt)
{
    private readonly AttributeColumn _column = workers.Column(constraint.Attribute);
    private readonly Answer[] _answers = new Answer[workers.Column(constraint.Attribute).Count];
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    private enum Answer : byte
    {
        Unknown,
        Below,
        Reached,
    }

    public bool IsBelow(int slot)
    {
        var combination = _column[slot];
        if (combination == AttributeColumn.Absent)
            return false;
        if (_answers[combination] == Answer.Unknown)
            _answers[combination] = Decide(combination) ? Answer.Below : Answer.Reached;
        return _answers[combination] == Answer.Below;
    }

    public void Take(int slot)
    {
        foreach (var value in _column.Values(_column[slot]))
        {
            _taken[value] = _taken.GetValueOrDefault(value) + 1;
            if (!IsReached(value))
                continue;
            foreach (var combination in _column.With(value))
                _answers[combination] = Answer.Reached;
        }
    }

    private bool Decide(int combination)
    {
        foreach (var value in _column.Values(combination))
        {
            if (IsReached(value))
                return false;
        }

        return true;
    }

    private bool IsReached(string value) => tasksAt(constraint.Attribute, value) + _taken.GetValueOrDefault(value) >= constraint.Limit;
}
