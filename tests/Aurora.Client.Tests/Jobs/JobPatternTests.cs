using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Client.Tests.Jobs;

public sealed class JobPatternTests
{
    [Theory]
    [InlineData("c", "c/*/*/*", false)]
    [InlineData("c/r", "c/r/*/*", false)]
    [InlineData("c/*/devel", "c/*/devel/*", false)]
    [InlineData("c/r/devel/n", "c/r/devel/n", true)]
    [InlineData("c/r/devel/n?*", "c/r/devel/n?*", false)]
    public void APattern_IsReadAndWritten(string text, string whole, bool exact)
    {
        var pattern = JobPattern.Parse(text);
        Assert.Equal((whole, exact), (pattern.ToString(), pattern.IsExact));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*/r")]
    [InlineData("c//devel")]
    [InlineData("c/r/e/n/0")]
    [InlineData("c/r r")]
    public void WhatNamesNoJobs_IsRefused(string text) =>
        Assert.Equal(ErrorCodes.MalformedJobKey, Assert.Throws<AuroraException>(() => JobPattern.Parse(text)).Code);
}
