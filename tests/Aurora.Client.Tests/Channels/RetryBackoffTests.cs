using Aurora.Client.Channels;
using CsCheck;
using Xunit;

namespace Aurora.Client.Tests.Channels;

public sealed class RetryBackoffTests
{
    [Fact]
    public void APause_GrowsWithTheAttempt_AndStaysBetweenItsBounds() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Double[0, 1]).Sample((attempt, random) =>
        {
            var pause = RetryBackoff.Delay(attempt, random);
            return pause >= TimeSpan.FromMilliseconds(25) && pause <= TimeSpan.FromSeconds(2) && RetryBackoff.Delay(attempt + 1, random) >= pause;
        });
}
