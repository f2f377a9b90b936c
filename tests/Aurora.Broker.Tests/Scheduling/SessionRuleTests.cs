using Aurora.Broker.Scheduling;
using Xunit;

namespace Aurora.Broker.Tests.Scheduling;

public sealed class SessionRuleTests
{
    private static readonly Guid Known = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly Guid Other = Guid.Parse("22222222-2222-2222-2222-222222222222");
    private static readonly SessionQuestion Same = new(Known, [], false, Known, false, null, TimeSpan.FromSeconds(15));

    [Fact]
    public void ANewWorkerIsTaken() => Assert.Equal(SessionVerdict.Taken, SessionRule.Decide(Same with { Known = null }));

    [Theory]
    [InlineData(false, SessionVerdict.Taken)]
    [InlineData(true, SessionVerdict.Overtaken)]
    internal void TheKnownSessionIsTaken_UnlessLaterWordsOfItCameBefore(bool overtaken, SessionVerdict verdict) =>
        Assert.Equal(verdict, SessionRule.Decide(Same with { WasOvertaken = overtaken }));

    [Fact]
    public void AnAgentThatWasStartedAgainIsTakenAtOnce() => Assert.Equal(SessionVerdict.Taken, SessionRule.Decide(Same with { Session = Other, Previous = [Other, Known] }));

    [Fact]
    public void AnAgentThatDoesNotKnowTheOneBesideItIsATwin_UntilThatOneIsSilent()
    {
        Assert.Equal(SessionVerdict.Twin, SessionRule.Decide(Same with { Session = Other, Previous = [] }));
        Assert.Equal(SessionVerdict.Taken, SessionRule.Decide(Same with { Session = Other, Previous = [], KnownIsSilent = true }));
    }

    [Theory]
    [InlineData(14.9, SessionVerdict.Overtaken)]
    [InlineData(15, SessionVerdict.Twin)]
    internal void WordsOfASessionThatWasReplacedAreLate_OrOfATwinWhenTheyGoOn(double seconds, SessionVerdict verdict) =>
        Assert.Equal(verdict, SessionRule.Decide(Same with { Session = Other, Previous = null, ReplacedFor = TimeSpan.FromSeconds(seconds) }));

    [Fact]
    public void AWorkerThatDoesNotKeepItsSessionsIsTaken() => Assert.Equal(SessionVerdict.Taken, SessionRule.Decide(Same with { Session = Other, Previous = null }));
}
