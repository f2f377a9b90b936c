using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Seeds;

/// <summary>Makes a failing run smaller: leaves out each kind of fault, and shortens the time, as long as the same rule fails. A seed without a fault draws otherwise, so it is a try.</summary>
internal static class Shrinking
{
    public static RunOptions Of(ulong seed, RunOptions options)
    {
        var quiet = options with { Trace = null };
        if (SeedResult.Of(seed, quiet).Failure is not { } failure)
            return options;
        foreach (var kind in Enum.GetValues<FaultKinds>().Where(k => k is not (FaultKinds.None or FaultKinds.All)))
            quiet = Smaller(quiet with { Allowed = quiet.Allowed & ~kind }, quiet);
        for (var time = failure.At; time > TimeSpan.FromSeconds(5); time *= 0.7)
            quiet = Smaller(quiet with { FaultTime = time }, quiet);
        return quiet with { Trace = options.Trace };

        RunOptions Smaller(RunOptions candidate, RunOptions otherwise) => SeedResult.Of(seed, candidate).Failure?.Rule == failure.Rule ? candidate : otherwise;
    }
}
