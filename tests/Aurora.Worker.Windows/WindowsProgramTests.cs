using System.Diagnostics;
using Xunit;

namespace Aurora.Worker.Windows;

/// <summary>The worker's program, as it lies beside the tests.</summary>
public sealed class WindowsProgramTests
{
    [Fact]
    public async Task TheProgram_SaysHowItIsUsed()
    {
        var (code, output) = await RunAsync("--help");
        Assert.Equal((0, "usage: aurora-worker --config FILE [--drain]"), (code, output));
    }

    [Fact]
    public async Task TheHelper_SaysThatItCouldNotSend_WhereThereIsNoSuchProcess() => Assert.NotEqual(0, (await RunAsync("--send-break", "999999999")).Code);

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "aurora-worker.exe"), arguments) { UseShellExecute = false, CreateNoWindow = true, RedirectStandardOutput = true };
        using var process = Process.Start(start);
        Assert.NotNull(process);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(WindowsHarness.Patience);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(WindowsHarness.Patience);
        return (process.ExitCode, output.Trim());
    }
}
