using System.Text;
using Aurora.Worker.Isolation.Sampling;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>Which process sampling gives to which task.</summary>
public sealed class TaskMembershipFacts
{
    private const int Self = 50;
    private const long Now = 10_000;
    private readonly Dictionary<int, string> _markers = [];
    private readonly List<int> _asked = [];
    private readonly TaskMembership _membership = new(Self);

    [Fact]
    public void AMarkerBeatsTheParentsTask()
    {
        _markers[100] = "a";
        _markers[101] = "b";
        var members = Divide(P(100, Self, 100), P(101, 100, 101), P(102, 101, 102));
        Assert.Equal([100], Pids(members, "a"));
        Assert.Equal([101, 102], Pids(members, "b"));
    }

    [Fact]
    public void ThisProcessAndWhatHasNoMarker_BelongToNobody()
    {
        _markers[Self] = "a";
        Assert.Empty(Divide(P(Self, 1, Self), P(100, Self, 100), P(2, 0, 0), P(3, 2, 0)));
    }

    [Fact]
    public void WhatSharesASessionWithAMember_IsNotTakenIn_UnlessTheSessionIsTheTasks()
    {
        _markers[101] = "a";
        Assert.Equal([101], Pids(Divide(P(101, 1, 90), P(102, 1, 90)), "a"));
        _markers[90] = "a";
        Assert.Equal([90, 101, 102], Pids(Divide(P(90, 1, 90), P(101, 1, 90), P(102, 1, 90)), "a"));
    }

    [Fact]
    public void ASessionStaysTheTasks_WhenItsLeaderIsGone_UntilNothingIsInIt()
    {
        _markers[100] = "a";
        Divide(P(100, 1, 100), P(101, 100, 100));
        Assert.Equal([102], Pids(Divide(P(102, 1, 100)), "a"));
        Divide();
        Assert.Empty(Divide(P(103, 1, 100)));
    }

    [Fact]
    public void OnceAMember_AlwaysAMember()
    {
        _markers[100] = "a";
        Divide(P(100, 1, 100), P(101, 100, 101));
        _markers.Clear();
        Assert.Equal([101], Pids(Divide(P(101, 1, 101)), "a"));
        Assert.Empty(Divide(P(101, 1, 101) with { StartTime = 8 }));
    }

    [Fact]
    public void AProcessWithoutAMarker_IsAskedAgainWhileItIsYoung_AndNotLater()
    {
        var young = P(100, 1, 100) with { StartTime = Now - 10 };
        Assert.Empty(Divide(young));
        _markers[100] = "a";
        Assert.Equal([100], Pids(Divide(young), "a"));

        _asked.Clear();
        Divide(P(101, 1, 101));
        Divide(P(101, 1, 101));
        Assert.Equal([101], _asked);
    }

    [Fact]
    public void AZombie_IsNotAMember_ButItsChildrenAre()
    {
        _markers[100] = "a";
        Divide(P(100, 1, 100));
        Assert.Equal([101], Pids(Divide(P(100, 1, 100) with { Ended = true }, P(101, 100, 101)), "a"));
    }

    [Fact]
    public void ALineOfStat_IsRead_WhateverTheCommandIsCalled()
    {
        const string Rest = "S 10 20 30 0 -1 4194560 1 2 3 4 500 60 7 8 20 0 3 0 12345 1000 77 18446744073709551615 1 1";
        Assert.Equal(new ProcessSample(42, 10, 30, 560, 12345, 77, 3, false), ProcessSample.Parse(Encoding.UTF8.GetBytes($"42 (a) R 1 (b) {Rest}\n")));
        Assert.False(ProcessSample.Parse(Encoding.UTF8.GetBytes($"42 (x) Z{Rest[1..]}"))?.Ended);
        Assert.True(ProcessSample.Parse(Encoding.UTF8.GetBytes($"42 (x) Z{Rest[1..].Replace(" 20 0 3 0 ", " 20 0 1 0 ", StringComparison.Ordinal)}"))?.Ended);
        Assert.Null(ProcessSample.Parse("42 (x) S 1 2"u8));
        Assert.Null(ProcessSample.Parse(""u8));
    }

    private static ProcessSample P(int pid, int parent, int session) => new(pid, parent, session, 0, 5, 1, 1, false);

    private Dictionary<string, List<ProcessSample>> Divide(params ProcessSample[] all) => _membership.Divide(all, Now, pid =>
    {
        _asked.Add(pid);
        return _markers.GetValueOrDefault(pid);
    });

    private static IEnumerable<int> Pids(Dictionary<string, List<ProcessSample>> members, string task) => members[task].Select(m => m.Pid).Order();
}
