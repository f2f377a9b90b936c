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
    ];
}
