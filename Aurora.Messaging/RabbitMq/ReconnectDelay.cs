namespace Aurora.Messaging.RabbitMq;

/// <summary>How long to wait before the next attempt to connect: at once after a connection that held, then doubling with jitter up to a limit.</summary>
internal static class ReconnectDelay
{
    /// <param name="failures">Attempts, or very short connections, in a row that came to nothing.</param>
    /// <param name="first">The wait after the first failure.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="random">0 to 1; spreads clients that lost the same server at the same moment over the second half of the wait.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan limit, double random)
    {
        if (failures <= 0)
            return TimeSpan.Zero;
        var doubled = first.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, limit.TotalMilliseconds) * (0.5 + (random / 2)));
    }
}
