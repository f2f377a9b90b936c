using Aurora.TestSupport;
using Aurora.Worker.Fencing;
using Xunit;

namespace Aurora.Worker.Tests.Fencing;

public sealed class ContactFileFacts
{
    [Theory]
    [InlineData("0b0e2a4c-1d35-4d1f-9f0e-000000000001")]
    [InlineData("")]
    public void WhatOneAgentWrote_TheNextOneReads(string boot)
    {
        using var folder = new TemporaryFolder("contact");
        Assert.Null(new ContactFile(folder["contact"], boot).Read());
        new ContactFile(folder["contact"], boot).Write(TimeSpan.FromSeconds(5));
        new ContactFile(folder["contact"], boot).Write(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(7), new ContactFile(folder["contact"], boot).Read());
    }

    [Fact]
    public void WhatAnotherBootWrote_MeansNothing()
    {
        using var folder = new TemporaryFolder("contact");
        new ContactFile(folder["contact"], "boot-1").Write(TimeSpan.FromSeconds(5));
        Assert.Null(new ContactFile(folder["contact"], "boot-2").Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("boot-1")]
    [InlineData("boot-1 x")]
    [InlineData("boot-1 -5")]
    public void AFileThatIsDamaged_SaysNothing(string text)
    {
        using var folder = new TemporaryFolder("contact");
        File.WriteAllText(folder["contact"], text);
        Assert.Null(new ContactFile(folder["contact"], "boot-1").Read());
    }

    [Fact]
    public void TheTimeSinceBootGoesOn()
    {
        var first = BootClock.Now();
        Assert.True(first > TimeSpan.Zero);
        Assert.True(BootClock.Now() >= first);
    }
}
