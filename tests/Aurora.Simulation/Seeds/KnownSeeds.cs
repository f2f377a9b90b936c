namespace Aurora.Simulation.Seeds;

/// <summary>
/// Seeds that once found something, by the name of what they found. They run before all others. When the simulation draws otherwise than it did, a seed may stand for
/// another scenario: it is then one more seed, and its named test beside the product's code still holds what it found.
/// </summary>
internal static class KnownSeeds
{
    public static IReadOnlyList<(ulong Seed, string Found)> All { get; } =
    [
        (1, "kills of a task that took long to end were answered by RUNNING, and RUNNING by another kill, without a pause"),
        (14, "a hello that a deposed leader had held came to the next one, which believed that the worker does not have what it had got since"),
        (32, "a step of the broker's clock made every worker lost"),
        (76, "a job of 20 was taken for too small for its SLA policy while an update replaced an instance, and everything on a drained worker went at once"),
        (118, "a worker was not told again that it may forget an ended task when the bus had lost its queues"),
        (210, "a leader that had stood still took every worker for lost, although their heartbeats lay in its queue"),
        (1131, "a leader that was deposed while it stood still got every heartbeat of one worker, and the new one took that worker for lost"),
        (1284, "a hello that came again after a failover ended a task whose STARTING was stored"),
        (105638, "the same after three failovers in a second"),
        (108848, "a leader that was deposed and did not know it yet killed what the new one had just started"),
    ];
}
