using Aurora.Cli.Dev;
using Aurora.Core.Errors;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Cli.Tests;

public sealed class FolderLockTests
{
    [Fact]
    public async Task AFolderInUse_IsRefusedAtOnceWithItsHolder_AndFreeWhenTheHolderEnds()
    {
        using var folder = new TemporaryFolder("lock");
        await using (FolderLock.Take(folder["dev"]))
        {
            var fault = Assert.Single(Assert.Throws<AuroraException>(() => FolderLock.Take(folder["dev"])).Faults);
            Assert.Equal((ErrorCodes.InvalidConfiguration, "--folder"), (fault.Code, fault.Field));
            Assert.Contains($"in use by another 'aurora dev' (process {Environment.ProcessId})", fault.Rule, StringComparison.Ordinal);
        }

        await using var again = FolderLock.Take(folder["dev"]);
    }

    [Fact]
    public void WhatIsNoFolder_IsRefused()
    {
        using var folder = new TemporaryFolder("lock");
        File.WriteAllText(folder["file"], "");
        var refused = Assert.Throws<AuroraException>(() => FolderLock.Take(folder["file"]));
        Assert.Contains("must be a folder that this user can make and write in", refused.Message, StringComparison.Ordinal);
    }
}
