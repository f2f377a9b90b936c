using Aurora.Messaging.InProcess;
using Aurora.Messaging.RabbitMq;
using CsCheck;
using Xunit;

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>The pure deciders of both buses, against models.</summary>
public sealed class DecisionTests
{
    [Fact]
    public void HoweverDeliveriesAreSettled_EachTagIsSettledOnceAndAsTold()
    {
        // A shuffled run of tags, each acknowledged or handed back, cut into batches.
        var settlements = Gen.Int[1, 60].SelectMany(count => Gen.Select(
            Gen.Shuffle(Enumerable.Range(1, count).ToArray()), Gen.Bool.Array[count], Gen.Int[1, 7].Array[count]));
        settlements.Sample((tags, requeue, cuts) =>
        {
            var (ledger, server) = (new SettleLedger(), new ServerModel(tags.Length));
            var wanted = tags.Select((tag, i) => new Settlement((ulong)tag, requeue[i])).ToList();
            for (int at = 0, cut = 0; at < wanted.Count; at += cuts[cut++])
                server.Apply(ledger.Plan(wanted.GetRange(at, Math.Min(cuts[cut], wanted.Count - at))));
            Assert.Equal(wanted.OrderBy(s => s.Tag), server.Settled.OrderBy(s => s.Tag));
        });
    }

    [Fact]
    public void AcknowledgingAContiguousRun_TakesOneFrame() =>
        Assert.Equal([new SettleFrame(5, Multiple: true, Requeue: false)], new SettleLedger().Plan([.. Enumerable.Range(1, 5).Select(t => new Settlement((ulong)t, false))]));

    [Theory]
    [InlineData("#", "", true)]
    [InlineData("#", "a.b.c", true)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a.b", false)]
    [InlineData("a.#", "a", true)]
    [InlineData("a.#.b", "a.x.b.y.b", true)]
    [InlineData("a.#.b", "a.x.y", false)]
    [InlineData("#.*", "", false)]
    [InlineData("*.#.*", "a.b", true)]
    public void ATopicPattern_MatchesAsAmqpSays(string pattern, string key, bool matches) =>
        Assert.Equal(matches, new TopicPattern(pattern).Matches(key));

    [Fact]
    public void ATopicPattern_MatchesWhatItsDefinitionMatches()
    {
        var words = Gen.Int[0, 1].Select(i => "ab".Substring(i, 1)).Array[0, 6];
        var patterns = Gen.Int[0, 3].Select(i => "ab*#".Substring(i, 1)).Array[1, 6];
        Gen.Select(patterns, words).Sample((p, w) => Assert.Equal(Definition(p, w), new TopicPattern(string.Join('.', p)).Matches(string.Join('.', w))));
    }

    [Fact]
    public void TheWaitBeforeReconnecting_GrowsFromNothingToTheLimit_WithJitterOverItsSecondHalf()
    {
        var (first, limit) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.Zero, ReconnectDelay.After(0, first, limit, 1));
        Assert.Equal(TimeSpan.FromMilliseconds(50), ReconnectDelay.After(1, first, limit, 0));
        Assert.Equal(TimeSpan.FromMilliseconds(400), ReconnectDelay.After(3, first, limit, 1));
        Assert.Equal(limit, ReconnectDelay.After(1000, first, limit, 1));
    }

    private static bool Definition(ReadOnlySpan<string> pattern, ReadOnlySpan<string> words)
    {
        if (pattern.IsEmpty)
            return words.IsEmpty;
        if (pattern[0] == "#")
            return Definition(pattern[1..], words) || (!words.IsEmpty && Definition(pattern, words[1..]));
        return !words.IsEmpty && (pattern[0] == "*" || pattern[0] == words[0]) && Definition(pattern[1..], words[1..]);
    }

    /// <summary>A channel as RabbitMQ sees it: it refuses a tag that it does not hold as unsettled.</summary>
    private sealed class ServerModel(int count)
    {
        private readonly SortedSet<ulong> _unsettled = [.. Enumerable.Range(1, count).Select(t => (ulong)t)];

        public List<Settlement> Settled { get; } = [];

        public void Apply(IReadOnlyList<SettleFrame> frames)
        {
            foreach (var frame in frames)
            {
                Assert.Contains(frame.Tag, _unsettled);
                foreach (var tag in _unsettled.Where(t => t == frame.Tag || (frame.Multiple && t < frame.Tag)).ToArray())
                {
                    _unsettled.Remove(tag);
                    Settled.Add(new Settlement(tag, frame.Requeue));
                }
            }
        }
    }
}
