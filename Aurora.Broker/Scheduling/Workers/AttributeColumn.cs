using System.Runtime.InteropServices;

namespace Aurora.Broker.Scheduling.Workers;

/// <summary>
/// One attribute of all workers: which workers share the same set of values (a combination, numbered from 0). A constraint is looked at once a combination, not once a
/// worker, and a worker's combination is one read of an array.
/// </summary>
internal sealed class AttributeColumn
{
    /// <summary>The combination of a worker that has not the attribute.</summary>
    public const int Absent = -1;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _byValue = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<string>> _combinations = [];
    private readonly List<SortedSet<int>> _workers = [];
    private int[] _ofSlot = [];

    /// <summary>How many combinations there are, or were.</summary>
    public int Count => _combinations.Count;

    /// <summary>The combination of a worker.</summary>
    public int this[int slot] => _ofSlot[slot];

    /// <summary>The values of a combination.</summary>
    public IReadOnlyList<string> Values(int combination) => combination == Absent ? [] : _combinations[combination];

    /// <summary>The workers of a combination, by slot.</summary>
    public IReadOnlyCollection<int> Workers(int combination) => _workers[combination];

    /// <summary>The combinations that hold a value.</summary>
    public IReadOnlyList<int> With(string value) => _byValue.TryGetValue(value, out var list) ? list : [];

    /// <summary>Notes what a worker says.</summary>
    public void Set(int slot, IReadOnlyList<string> values)
    {
        while (_ofSlot.Length <= slot)
        {
            var length = _ofSlot.Length;
            Array.Resize(ref _ofSlot, Math.Max(16, length * 2));
            _ofSlot.AsSpan(length).Fill(Absent);
        }

        if (_ofSlot[slot] != Absent)
            _workers[_ofSlot[slot]].Remove(slot);
        _ofSlot[slot] = values.Count == 0 ? Absent : NumberOf(values);
        if (_ofSlot[slot] != Absent)
            _workers[_ofSlot[slot]].Add(slot);
    }

    private int NumberOf(IReadOnlyList<string> values)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, string.Join(',', values), out var isKnown);
        if (isKnown)
            return number;
        number = _combinations.Count;
        _combinations.Add(values);
        _workers.Add([]);
        foreach (var value in values)
        {
            if (!_byValue.TryGetValue(value, out var list))
                _byValue.Add(value, list = []);
            list.Add(number);
        }

        return number;
    }
}
