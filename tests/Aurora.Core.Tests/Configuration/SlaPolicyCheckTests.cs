using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class SlaPolicyCheckTests
{
    public static TheoryData<SlaPolicyConfiguration> Good =>
    [
        new SlaPolicyConfiguration { Percentage = 0, DurationSecs = 0 },
        new SlaPolicyConfiguration { Percentage = 100, DurationSecs = 7200 },
        new SlaPolicyConfiguration { Count = 0, DurationSecs = 1 },
        new SlaPolicyConfiguration { CoordinatorUrl = "https://x/y?z" },
        new SlaPolicyConfiguration { CoordinatorUrl = "http://x", StatusKey = "ok" },
    ];

    public static TheoryData<SlaPolicyConfiguration, string, string> Bad => new()
    {
        { new SlaPolicyConfiguration(), ErrorCodes.InvalidCombination, "p" },
        { new SlaPolicyConfiguration { Percentage = 1, Count = 1, DurationSecs = 1 }, ErrorCodes.InvalidCombination, "p" },
        { new SlaPolicyConfiguration { Percentage = 100.1, DurationSecs = 1 }, ErrorCodes.OutOfRange, "p.percentage" },
        { new SlaPolicyConfiguration { Percentage = double.NaN, DurationSecs = 1 }, ErrorCodes.OutOfRange, "p.percentage" },
        { new SlaPolicyConfiguration { Percentage = 1 }, ErrorCodes.RequiredField, "p.duration_secs" },
        { new SlaPolicyConfiguration { Percentage = 1, DurationSecs = 7201 }, ErrorCodes.OutOfRange, "p.duration_secs" },
        { new SlaPolicyConfiguration { Count = -1, DurationSecs = 1 }, ErrorCodes.OutOfRange, "p.count" },
        { new SlaPolicyConfiguration { Count = 1, DurationSecs = -1 }, ErrorCodes.OutOfRange, "p.duration_secs" },
        { new SlaPolicyConfiguration { Count = 1, DurationSecs = 1, StatusKey = "ok" }, ErrorCodes.InvalidCombination, "p.status_key" },
        { new SlaPolicyConfiguration { CoordinatorUrl = "ftp://x" }, ErrorCodes.OutOfRange, "p.coordinator_url" },
        { new SlaPolicyConfiguration { CoordinatorUrl = "http://" + new string('x', 8192) }, ErrorCodes.OutOfRange, "p.coordinator_url" },
        { new SlaPolicyConfiguration { CoordinatorUrl = "http://x", StatusKey = "" }, ErrorCodes.OutOfRange, "p.status_key" },
        { new SlaPolicyConfiguration { CoordinatorUrl = "http://x", DurationSecs = 1 }, ErrorCodes.InvalidCombination, "p.duration_secs" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void APolicyThatCanBeUsed_HasNoFault(SlaPolicyConfiguration policy) => Assert.Empty(SlaPolicyCheck.Check(policy, "p"));

    [Theory]
    [MemberData(nameof(Bad))]
    public void WhatIsWrong_IsNamed(SlaPolicyConfiguration policy, string code, string field)
    {
        var faults = SlaPolicyCheck.Check(policy, "p");
        Assert.Contains(faults, f => (f.Code, f.Field) == (code, field));
    }
}
