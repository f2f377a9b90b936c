namespace Aurora.Worker.Fencing;

/// <summary>
/// Decides for one task with <c>stop_after_secs</c> whether it may begin, and whether it must end. Pure: times are arguments, all of them since boot.
/// </summary>
internal static class FenceRule
{
    /// <summary>
    /// Whether the task may begin: the leader has answered a heartbeat that was sent after the leader could have known that the task is here. An order may have lain in the worker's queue for long, and
    /// the task be given up meanwhile; then the kill comes before that answer, since both come through the same queue.
    /// </summary>
    /// <param name="gate">The first heartbeat after the report of the task; null before it was reported.</param>
    /// <param name="heard">The last heartbeat that was answered.</param>
    /// <returns>True when it may.</returns>
    public static bool MayBegin(long? gate, long heard) => gate is { } number && heard >= number;

    /// <summary>Whether the task must end.</summary>
    /// <param name="contact">When the last answered heartbeat was sent, or when the task came, if that was later; null when that is not known.</param>
    /// <param name="now">The time.</param>
    /// <param name="stopAfter">The job's limit.</param>
    /// <returns>True when the time is over. Without any known contact it is: who asks for a fence wants to be sure.</returns>
    public static bool MustEnd(TimeSpan? contact, TimeSpan now, TimeSpan stopAfter) => contact is not { } at || now - at >= stopAfter;
}
