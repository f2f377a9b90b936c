namespace Aurora.Broker.Scheduling.Workers;

/// <summary>A set of slots that is filled by changes and taken out whole, in order.</summary>
internal sealed class ImprovedSlots
{
    private readonly HashSet<int> _slots = [];

    public bool Any => _slots.Count > 0;

    public void Add(int slot) => _slots.Add(slot);

    public IReadOnlyList<int> Take()
    {
        if (_slots.Count == 0)
            return [];
        var result = _slots.ToArray();
        Array.Sort(result);
        _slots.Clear();
        return result;
    }
}
