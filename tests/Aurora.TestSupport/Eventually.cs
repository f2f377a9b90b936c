namespace Aurora.TestSupport;

/// <summary>Bounded polling of the outside world, for what gives no signal: files, processes, other programs' answers.</summary>
public static class Eventually
{
    /// <summary>Asks until the answer is not null; fails with what was waited for, and the last thing seen, when the time is over.</summary>
    public static async Task<T> GetAsync<T>(string what, TimeSpan timeout, Func<Task<T?>> ask, Func<string>? seen = null)
        where T : class
    {
        var end = DateTime.UtcNow + timeout;
        for (var pause = 10; ; pause = Math.Min(pause * 2, 200))
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            if (DateTime.UtcNow > end)
            {
                throw new TimeoutException($"Not within {timeout.TotalSeconds} s: {what}.{(seen is null ? "" : $" Last seen: {seen()}")}");
            }

            await Task.Delay(pause);
        }
    }

    /// <summary>Asks until the answer is yes.</summary>
    public static Task IsTrueAsync(string what, TimeSpan timeout, Func<Task<bool>> ask, Func<string>? seen = null) =>
        GetAsync(what, timeout, async () => await ask() ? "yes" : null, seen);

    /// <summary>Asks until the answer is yes.</summary>
    public static Task IsTrueAsync(string what, TimeSpan timeout, Func<bool> ask, Func<string>? seen = null) =>
        IsTrueAsync(what, timeout, () => Task.FromResult(ask()), seen);
}
