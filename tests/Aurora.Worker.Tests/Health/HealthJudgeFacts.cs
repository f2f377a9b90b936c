using Aurora.Core.Configuration;
using Aurora.Worker.Health;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Health;

public sealed class HealthJudgeFacts
{
    private static readonly HealthCheckConfiguration Defaults = new();

    [Fact]
    public void WithTheDefaults_TheThirdFailedCheckFailsTheTask()
    {
        var (judge, verdicts) = Judge(HealthJudge.Begin(Defaults), "fff");

        Assert.Equal("uuF", verdicts);
        Assert.Equal("AUR4007 health checks failed 1 time in a row, 0 tolerated (check 3): no answer 3", judge.Failure);
    }

    // The letters: s and f are checks that succeed and fail; u, U and F are the verdicts undecided, up and failed.
    [Theory]
    [InlineData(15, 10, 0, 1, "s", "U")] // successes count from the first check
    [InlineData(15, 10, 0, 1, "ffs", "uuU")] // failures 1..F are forgiven
    [InlineData(20, 10, 0, 1, "fff", "uuF")] // F is the ceiling: 20/10 is 2, not 3
    [InlineData(0.3, 0.1, 0, 1, "ffff", "uuuF")] // and is not fooled by binary fractions
    [InlineData(0, 10, 0, 1, "f", "F")] // nothing is forgiven without an initial interval
    [InlineData(15, 10, 0, 2, "sfss", "uuuU")] // a forgiven failure ends the row of successes
    [InlineData(0, 10, 2, 1, "fffs", "uuFF")] // more failures in a row than tolerated; failed is final
    [InlineData(0, 10, 2, 1, "ffs", "uuU")] // as many as tolerated
    [InlineData(20, 10, 1, 1, "fff", "uuu")] // forgiven failures do not count as tolerated ones
    [InlineData(20, 10, 1, 1, "ffff", "uuuF")]
    [InlineData(0, 10, 1, 1, "sfsfsff", "UuuuuuF")] // after RUNNING only failures in a row count, however many checks were made
    [InlineData(30, 10, 0, 1, "sffsf", "UuuuF")] // what is forgiven is counted in checks
    [InlineData(0, 10, 5, 3, "sfsfsfs", "uuuuuFF")] // M is 8: after the 6th check 2 are left, 3 successes are missing
    [InlineData(0, 10, 3, 2, "sfsff", "uuuuu")] // M is 5: with one check or none left nothing is decided early, but...
    [InlineData(0, 10, 3, 2, "sfsfss", "uuuuuU")] // ...who gets the successes together with the check after M is up,
    [InlineData(0, 10, 3, 2, "sfsfff", "uuuuuF")] // who does not has failed,
    [InlineData(0, 10, 3, 2, "fsfsfs", "uuuuuF")] // even when that check itself succeeds
    [InlineData(15, 10, 0, 0, "s", "U")] // no success needed: looked at once all the same
    [InlineData(0, 0, 0, 1, "f", "F")]
    public void TheRulesGiveTheseVerdicts(double initial, double interval, int maxFailures, int minSuccesses, string checks, string expected) =>
        Assert.Equal(expected, Judge(HealthJudge.Begin(Config(initial, interval, maxFailures, minSuccesses)), checks).Verdicts);

    [Fact]
    public void WhenTheSuccessesThatAreMissingCannotBeReached_TheMessageSaysWhatIsLeft()
    {
        var (judge, _) = Judge(HealthJudge.Begin(Config(0, 10, 5, 3)), "sfsfsf");

        Assert.Equal("AUR4007 health checks must succeed 3 times more in a row, but only 2 of 8 are left; last failure: no answer 6", judge.Failure);
    }

    [Fact]
    public void WhenTheChecksAreUsedUp_TheMessageNamesThem()
    {
        var (judge, _) = Judge(HealthJudge.Begin(Config(0, 10, 3, 2)), "sfsfff");

        Assert.Equal("AUR4007 not healthy 2 times in a row within 5 health checks (6 made); last failure: no answer 6", judge.Failure);
    }

    [Fact]
    public void WhenTheTaskWasRunningAlready_NothingIsForgiven_AndItIsNotUpAgain()
    {
        Assert.Equal("uuuuF", Judge(HealthJudge.BeginRunning(Config(100, 10, 1, 1)), "sfsff").Verdicts);
        Assert.Equal("uuuF", Judge(HealthJudge.BeginRunning(Defaults), "sssf").Verdicts);
        Assert.Equal("F", Judge(HealthJudge.BeginRunning(Defaults), "f").Verdicts);
    }

    [Theory]
    [InlineData(0, "uuF")]
    [InlineData(9.9, "uuF")] // only the check at 0 s was made, and the one now is in its place
    [InlineData(10, "uFF")]
    [InlineData(20, "FFF")]
    [InlineData(100_000, "FFF")]
    [InlineData(-5, "uuF")] // the clock was set back
    public void WhenTheAgentWasStartedAgain_TheElapsedChecksAreNotForgivenOnceMore(double elapsed, string expected) =>
        Assert.Equal(expected, Judge(HealthJudge.Resume(Defaults, TimeSpan.FromSeconds(elapsed)), "fff").Verdicts);

    [Fact]
    public void WhenNoAgentWasThereForLong_TheTaskCanStillShowThatItIsHealthy() =>
        Assert.Equal("uuU", Judge(HealthJudge.Resume(Config(15, 10, 2, 3), TimeSpan.FromHours(5)), "sss").Verdicts);

    [Fact]
    public void WithTheGreatestNumbers_NothingOverflows() =>
        Assert.Equal("uu", Judge(HealthJudge.Begin(Config(1e300, 1e-9, int.MaxValue, int.MaxValue)), "fs").Verdicts);

    [Fact]
    public void Always_UpComesOnce_FailedIsFinal_AndTheCountsHold() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[1, 200], Gen.Int[0, 4], Gen.Int[0, 4], Gen.Bool.Array[0, 60]).Sample((initial, interval, max, min, checks) =>
        {
            // Tenths of seconds, as jobs write them: whole numbers say exactly what F must be.
            var config = Config(initial / 10.0, interval / 10.0, max, min);
            var (_, verdicts) = Judge(HealthJudge.Begin(config), string.Concat(checks.Select(c => c ? 's' : 'f')));
            var forgiven = (initial + interval - 1) / interval;
            var limit = forgiven + max + min;
            var ups = verdicts.Count(v => v == 'U');
            var failed = verdicts.IndexOf('F', StringComparison.Ordinal);

            Assert.True(ups <= 1);
            Assert.True(failed < 0 || verdicts[failed..].All(v => v == 'F'));
            Assert.True(failed < 0 || failed >= forgiven, "a forgiven check has failed the task");
            Assert.True(verdicts.IndexOf('U', StringComparison.Ordinal) is var up && (up < 0 || checks[(up + 1 - Math.Max(1, min))..(up + 1)].All(c => c)), "up without the successes");
            Assert.True(failed < 0 || failed < limit + 1 || ups == 1, "failed too late");
            Assert.True(verdicts.Length <= limit || ups == 1 || failed >= 0, "still undecided after its last check");
        });

    [Fact]
    public void Always_WhoIsHealthyFromTheStart_IsUpWithTheNeededSuccesses() =>
        Gen.Select(Gen.Double[0, 50], Gen.Double[0.1, 20], Gen.Int[0, 4], Gen.Int[0, 9]).Sample((initial, interval, max, min) =>
        {
            var needed = Math.Max(1, min);
            Assert.Equal(new string('u', needed - 1) + "U" + new string('u', 5), Judge(HealthJudge.Begin(Config(initial, interval, max, min)), new string('s', needed + 5)).Verdicts);
        });

    private static HealthCheckConfiguration Config(double initial, double interval, int maxFailures, int minSuccesses) => new()
    {
        InitialIntervalSecs = initial, IntervalSecs = interval, MaxConsecutiveFailures = maxFailures, MinConsecutiveSuccesses = minSuccesses,
    };

    private static (HealthJudge Judge, string Verdicts) Judge(HealthJudge judge, string checks)
    {
        var verdicts = "";
        foreach (var (check, number) in checks.Select((c, i) => (c, i + 1)))
        {
            (judge, var verdict) = judge.Apply(check == 's', check == 's' ? null : $"no answer {number}");
            verdicts += verdict switch
            {
                HealthVerdict.Up => 'U',
                HealthVerdict.Failed failed when failed.Message.StartsWith("AUR4007 ", StringComparison.Ordinal) && failed.Message == judge.Failure => 'F',
                HealthVerdict.Undecided => 'u',
                _ => '?',
            };
        }

        return (judge, verdicts);
    }
}
