namespace Aurora.Simulation.Seeds;

/// <summary>What a seed found.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Rule">The rule that did not hold.</param>
/// <param name="What">What was there instead.</param>
/// <param name="At">When, in virtual time.</param>
internal sealed record Failure(ulong Seed, string Rule, string What, TimeSpan At)
{
    public override string ToString() => $"seed {Seed} fails after {At.TotalSeconds:0.0} s: {Rule}: {What}\n  replay: dotnet run -c Release --project tests/Aurora.Simulation -- --seed {Seed} --trace";
}
