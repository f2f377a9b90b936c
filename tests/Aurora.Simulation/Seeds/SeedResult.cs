using Aurora.Simulation.Coverage;
using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Seeds;

/// <summary>What came of a seed.</summary>
/// <param name="Scenario">What it stood for.</param>
/// <param name="Failure">The first rule that did not hold; null when all did.</param>
/// <param name="Coverage">Which cells it met.</param>
/// <param name="Elapsed">How much virtual time went by.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="Digest">Tells two runs apart; only when asked for.</param>
internal sealed record SeedResult(Scenario Scenario, Failure? Failure, TransitionCoverage Coverage, TimeSpan Elapsed, long Events, ulong Digest)
{
    public static SeedResult Of(ulong seed, RunOptions options)
    {
        var scenario = Scenario.Of(seed, options.Allowed);
        if (options.FaultTime is { } time)
            scenario = scenario with { FaultTime = time };
        using var world = new World(scenario, options);
        world.Run();
        return new SeedResult(scenario, world.Failure, world.Coverage, world.Timeline.Elapsed, world.Timeline.Count, world.Trace.Digest);
    }
}
