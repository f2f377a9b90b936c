using System.Globalization;

namespace Aurora.Simulation.Seeds;

/// <summary>How many seeds the test command runs, and from which on.</summary>
internal static class SeedSettings
{
    /// <summary><c>AURORA_SIMULATION_SEEDS</c>, 2,000 by default.</summary>
    public static int Count { get; } = (int)Number("AURORA_SIMULATION_SEEDS", 2000);

    /// <summary><c>AURORA_SIMULATION_BASE</c>, 1 by default: the same seeds each time, so that a failure is there again.</summary>
    public static ulong Base { get; } = Number("AURORA_SIMULATION_BASE", 1);

    private static ulong Number(string name, ulong standard) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : standard;
}
