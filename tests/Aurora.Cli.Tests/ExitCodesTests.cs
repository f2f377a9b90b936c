using System.Reflection;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Cli.Tests;

public sealed class ExitCodesTests
{
    [Fact]
    public void EveryErrorCode_HasItsExitCode()
    {
        var codes = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToArray();
        Assert.True(codes.Length > 30);
        Assert.All(codes, c => Assert.True(ExitCodes.Knows(c), c));
    }

    [Theory]
    [InlineData(ErrorCodes.OutOfRange, 3)]
    [InlineData(ErrorCodes.UnknownCluster, 3)]
    [InlineData(ErrorCodes.JobExists, 4)]
    [InlineData(ErrorCodes.MalformedJobKey, 6)]
    [InlineData(ErrorCodes.ClusterUnreachable, 7)]
    [InlineData(ErrorCodes.Timeout, 9)]
    [InlineData(ErrorCodes.JobUpdating, 10)]
    [InlineData(ErrorCodes.Unauthorized, 30)]
    [InlineData("AUR9999", 20)]
    public void AnError_EndsAsTheOriginalDoes(string error, int exit) => Assert.Equal(exit, ExitCodes.Of(error));
}
