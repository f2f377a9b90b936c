namespace Aurora.Worker.Isolation;

/// <summary>Decides when a task's folders are measured next. Pure.</summary>
internal static class DiskPace
{
    /// <summary>The usual time between two looks.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    /// <summary>The least time between two looks.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>The most time between two looks, however long each takes.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(2);

    /// <summary>How many times as long as a look takes is the least time to the next one: a task of many files must not keep a core busy with being measured.</summary>
    private const int RestAfterWork = 20;

    /// <summary>Decides.</summary>
    /// <param name="before">Bytes at the look before.</param>
    /// <param name="now">Bytes now.</param>
    /// <param name="between">The time between the two.</param>
    /// <param name="grant">What the task may occupy, in bytes.</param>
    /// <param name="took">How long the look took.</param>
    /// <returns>The time to the next look.</returns>
    public static TimeSpan Next(long before, long now, TimeSpan between, long grant, TimeSpan took)
    {
        var next = Usual;
        var growth = now - before;
        if (growth > 0 && between > TimeSpan.Zero)
        {
            // Looked at again when half of the way to the grant is gone: should it grow faster meanwhile, it is still seen near the grant.
            var secondsLeft = Math.Max(0, grant - now) / (growth / between.TotalSeconds);
            next = secondsLeft < Usual.TotalSeconds ? TimeSpan.FromSeconds(secondsLeft / 2) : Usual;
        }

        var rest = took * RestAfterWork;
        return Min(Most, Max(rest, Max(Least, next)));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
