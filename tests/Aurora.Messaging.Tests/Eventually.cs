namespace Aurora.Messaging.Tests;

/// <summary>Waits for what the outside world gives no signal for, by asking often and giving up loudly.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!condition())
        {
            if (DateTime.UtcNow > deadline)
                throw new TimeoutException($"It never became true that {what}.");
            await Task.Delay(Interval);
        }
    }
}
