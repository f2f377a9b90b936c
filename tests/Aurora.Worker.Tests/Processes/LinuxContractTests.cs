using System.Runtime.Versioning;
using Aurora.Shim.Native;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>The contract on Linux. As root: under a role that is another user.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxContractTests : ProcessLauncherContract
{
    private protected override ILauncherHarness CreateHarness() => new LauncherHarness();
}

/// <summary>The contract on Linux, all roles as the current user: what a plain user's <c>aurora dev</c> does.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxCurrentUserContractTests : ProcessLauncherContract
{
    private protected override ILauncherHarness CreateHarness() => new LauncherHarness("some-role", currentUser: true);
}
