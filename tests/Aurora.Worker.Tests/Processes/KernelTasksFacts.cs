using System.Runtime.Versioning;
using Aurora.Shim.Trees;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class KernelTasksFacts
{
    [Fact]
    public void ALineIsRead() => Assert.Equal(new KernelTasks(80, 11206), KernelTasks.Parse("0.20 0.18 0.12 1/80 11206\n"));

    [Theory]
    [InlineData("")]
    [InlineData("0.20 0.18 0.12")]
    [InlineData("0.20 0.18 0.12 80 11206")]
    [InlineData("0.20 0.18 0.12 1/x 11206")]
    [InlineData("0.20 0.18 0.12 1/80 -1")]
    public void AnotherLine_TellsNothing(string line) => Assert.Equal(default, KernelTasks.Parse(line));

    [Fact]
    public void TheKernelTells() => Assert.True(KernelTasks.Read() is { Threads: > 0, LastPid: > 0 });
}
