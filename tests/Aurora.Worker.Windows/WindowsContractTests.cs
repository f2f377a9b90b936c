using Aurora.Worker.Tests.Processes;

namespace Aurora.Worker.Windows;

/// <summary>The contract on Windows.</summary>
public sealed class WindowsContractTests : ProcessLauncherContract
{
    private protected override ILauncherHarness CreateHarness() => new WindowsHarness();
}
