namespace Aurora.Worker.Isolation.Sampling;

/// <summary>
/// Decides who is told to end. Each process that was there at the moment when the task was told gets its signal once, also when it is found only later: a look may miss what is
/// being forked, and what is being executed shows no marker for a moment. What is started after that moment is left alone: it cleans up after the others.
/// </summary>
/// <param name="tick">The moment, in clock ticks since boot (10 ms each).</param>
/// <param name="lastPid">The pid that was given out last before it; 0 when that is not known. Tells who was there of those that started in the very same tick.</param>
internal sealed class Termination(long tick, int lastPid)
{
    private readonly HashSet<(int Pid, long StartTime)> _told = [];

    /// <summary>Who is told at the moment itself.</summary>
    /// <param name="members">The members that were found before it.</param>
    /// <returns>All of them; they count as told.</returns>
    public List<ProcessSample> First(IEnumerable<ProcessSample> members) => [.. members.Where(m => _told.Add(m.Identity))];

    /// <summary>Who is told later.</summary>
    /// <param name="members">The members that were found now.</param>
    /// <returns>Those that were there at the moment and were not told yet; they count as told.</returns>
    public List<ProcessSample> Next(IEnumerable<ProcessSample> members) => First(members.Where(WasThere));

    private bool WasThere(ProcessSample process) => process.StartTime < tick || (process.StartTime == tick && process.Pid <= lastPid);
}
