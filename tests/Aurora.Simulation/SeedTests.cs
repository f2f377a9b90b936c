using Aurora.Simulation.Coverage;
using Aurora.Simulation.Seeds;
using Xunit;

namespace Aurora.Simulation;

/// <summary>The promises of design section 2 under everything that may fail. One collection with the other tests: seeds take every core themselves.</summary>
[Collection("seeds")]
public sealed class SeedTests
{
    public static TheoryData<ulong, string> Known { get; } = [.. KnownSeeds.All];

    [Theory]
    [MemberData(nameof(Known))]
    public void WhatASeedFound_StaysMended(ulong seed, string found)
    {
        var failure = SeedResult.Of(seed, RunOptions.Standard).Failure;
        Assert.True(failure is null, $"{found}: {failure}");
    }

    [Fact]
    public void WhateverFails_ThePromisesHold()
    {
        Console.WriteLine($"{SeedSettings.Count} seeds from {SeedSettings.Base}");
        var range = new SeedRange(SeedSettings.Base, SeedSettings.Count).Run(RunOptions.Standard, stopAfter: 10);
        CoverageReport.Write(range.Coverage, Console.Out);
        Console.WriteLine(range.Summary);
        Assert.True(range.Failures.Count == 0, string.Join("\n", range.Failures));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(29)]
    public void TheSameSeed_IsTheSameRun(ulong seed)
    {
        var options = RunOptions.Standard with { IsDigested = true };
        var (first, second) = (SeedResult.Of(seed, options), SeedResult.Of(seed, options));
        Assert.Equal((first.Digest, first.Events, first.Elapsed), (second.Digest, second.Events, second.Elapsed));
        Assert.NotEqual(first.Digest, SeedResult.Of(seed + 1, options).Digest);
    }
}
