namespace Aurora.Client.Channels;

/// <summary>How long to wait before a request is repeated: doubling from 50 ms to 2 s, each between half and the whole of it, so that many clients do not come back at once.</summary>
internal static class RetryBackoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <param name="attempt">The attempt that failed, from 0.</param>
    /// <param name="random">From 0 to 1.</param>
    internal static TimeSpan Delay(int attempt, double random)
    {
        var whole = attempt >= 6 ? Longest : First * (1 << attempt);
        whole = whole > Longest ? Longest : whole;
        return whole * (0.5 + (random / 2));
    }
}
