using System.Collections.Concurrent;

namespace Aurora.Worker.Launching;

/// <summary>
/// Remembers what was found, for a second: a burst of launches asks the system for the same user and the same program thousands of times. What was not found is asked for
/// again each time, so that what somebody has just added is there at once. What was removed or changed counts for up to a second longer.
/// </summary>
/// <typeparam name="TKey">What is asked for.</typeparam>
/// <typeparam name="TValue">What is found.</typeparam>
internal sealed class Fresh<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private const int Most = 1000;
    private const long Milliseconds = 1000;

    private readonly ConcurrentDictionary<TKey, (TValue Value, long Until)> _found = new();

    /// <summary>Gives what is remembered, or asks.</summary>
    /// <param name="key">What is asked for.</param>
    /// <param name="ask">Asks.</param>
    /// <returns>What was found; null when there is none.</returns>
    public TValue? Get(TKey key, Func<TKey, TValue?> ask)
    {
        var now = Environment.TickCount64;
        if (_found.TryGetValue(key, out var known) && now < known.Until)
        {
            return known.Value;
        }

        var value = ask(key);
        if (value is null)
        {
            _ = _found.TryRemove(key, out _);
            return null;
        }

        if (_found.Count >= Most)
        {
            _found.Clear();
        }

        _found[key] = (value, now + Milliseconds);
        return value;
    }
}
