namespace Aurora.Cli;

/// <summary>
/// Tells a person's second Ctrl-C, which ends the program at once, from an echo of the first: <c>timeout</c>, <c>dotnet run</c> and the like pass a signal on to a
/// program that had it already as a member of their process group, and a development cluster that ends at once leaves its tasks running.
/// </summary>
internal sealed class StopWish(TimeProvider time)
{
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private long? _first;

    /// <summary>Takes a signal in.</summary>
    /// <returns>Whether it is the wish to end in order: the first signal or an echo of it.</returns>
    internal bool IsOrderly()
    {
        lock (_gate)
        {
            _first ??= time.GetTimestamp();
            return time.GetElapsedTime(_first.Value) < Echo;
        }
    }
}
