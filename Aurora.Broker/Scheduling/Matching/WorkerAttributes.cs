using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling.Matching;

/// <summary>
/// A worker's attributes as constraints see them: several values of an attribute are separated by commas, and <c>host</c> is its host name unless it says
/// otherwise (Aurora injects nothing, and a constraint on <c>host</c> silently matched nowhere where nobody had configured it).
/// </summary>
internal sealed class WorkerAttributes
{
    /// <summary>The attribute that every worker has.</summary>
    public const string Host = "host";

    private readonly Dictionary<string, string[]> _values = new(StringComparer.Ordinal);

    public WorkerAttributes(string host, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        foreach (var (name, text) in attributes)
        {
            if (text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } values)
                _values[name] = values;
        }

        if (host.Length > 0)
            _values.TryAdd(Host, [host]);
        Dedicated = this[PlacementConstraint.Dedicated];
    }

    /// <summary>For whom it is kept; empty when it is for everybody.</summary>
    public IReadOnlyList<string> Dedicated { get; }

    /// <summary>An attribute's values; empty when the worker has no such attribute.</summary>
    public IReadOnlyList<string> this[string name] => _values.TryGetValue(name, out var values) ? values : [];
}
