using System.Text;
using Aurora.Shim.Trees;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>Which processes belong to a run.</summary>
public sealed class ProcessTreeTests
{
    private const int Self = 50;
    private static readonly TreeRoot Living = new(100, 1000, null);
    private static readonly TreeRoot Ended = new(100, 1000, 2000);

    [Fact]
    public void TheLeaderIsAMember_OnlyWithItsStartTime()
    {
        Assert.Equal([100], Members(Living, P(100, Self, 100, 1000)));
        Assert.Empty(Members(Living, P(100, Self, 100, 1001)));
    }

    [Fact]
    public void DescendantsAreMembers_WhereverTheirSessionIs()
    {
        Assert.Equal([100, 101, 102], Members(Living, P(100, Self, 100, 1000), P(101, 100, 101, 1001), P(102, 101, 102, 1002), P(103, 1, 103, 1003)));
    }

    [Fact]
    public void WhoeverWasInTheSessionWhenTheLeaderEnded_IsAMember_AndWhoeverCameLaterIsNot()
    {
        Assert.Equal([101], Members(Ended, P(101, 1, 100, 1500), P(102, 1, 100, 2001)));
    }

    [Fact]
    public void ADescendantOfAStragglerIsAMember_HoweverLateItCame() =>
        Assert.Equal([101, 102], Members(Ended, P(101, 1, 100, 1500), P(102, 101, 100, 2001)));

    [Fact]
    public void ALeaderWhosePidWasUsedAgain_IsNoMember_NorIsItsSession() =>
        Assert.Empty(Members(Ended, P(100, 1, 100, 3000), P(101, 100, 100, 3001)));

    [Fact]
    public void AnEndWhichNobodySaw_LeavesOnlyTheMarker() =>
        Assert.Equal([102], Members(new TreeRoot(100, 1000, 0), [102], P(101, 1, 100, 1500), P(102, 1, 100, 1500)));

    [Fact]
    public void WhatCarriesTheMarkerIsAMember_WithItsDescendants() =>
        Assert.Equal([101, 102], Members(Living, [101], P(101, 1, 101, 5000), P(102, 101, 102, 5001)));

    [Fact]
    public void NeitherTheShimNorInit_IsEverAMember() =>
        Assert.Equal([100], Members(Living, [Self, 1], P(1, 0, 1, 1), P(Self, 1, Self, 900), P(100, Self, 100, 1000)));

    [Fact]
    public void ZombiesAreNotMembers_ButTheirChildrenAre() =>
        Assert.Equal([101], Members(Living, P(100, Self, 100, 1000) with { Ended = true }, P(101, 100, 101, 1001)));

    [Fact]
    public void ALineOfProcStatIsRead_WhateverTheProgramIsCalled()
    {
        var line = Encoding.UTF8.GetBytes("42 (a) (b) R 1 0) S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456789 2500000 360 18446744073709551615 1");
        Assert.Equal(new ProcStat(42, 7, 8, 9, 123456789, Ended: false), ProcStat.Parse(line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("42 (x")]
    [InlineData("42 (x) ")]
    [InlineData("42 (x) S 1 2 3")]
    [InlineData("x (x) S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456789 2500000")]
    public void ATornLineIsNone(string line) => Assert.Null(ProcStat.Parse(Encoding.UTF8.GetBytes(line)));

    private static ProcStat P(int pid, int parent, int session, long start) => new(pid, parent, session, session, start, Ended: false);

    private static int[] Members(TreeRoot root, params ProcStat[] all) => Members(root, [], all);

    private static int[] Members(TreeRoot root, int[] marked, params ProcStat[] all) =>
        [.. ProcessTree.Members(all, root, p => marked.Contains(p.Pid), Self).Select(p => p.Pid).Order()];
}
