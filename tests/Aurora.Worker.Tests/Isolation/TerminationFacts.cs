using Aurora.Worker.Isolation.Sampling;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>Who is told to end where processes are found by looking at all of them.</summary>
public sealed class TerminationFacts
{
    private const long Moment = 1000;
    private const int LastPid = 500;

    private readonly Termination _termination = new(Moment, LastPid);

    [Fact]
    public void AllThatWereFoundAreTold_AndNobodyTwice()
    {
        Assert.Equal([10, 501], Pids(_termination.First([P(10, 5), P(501, Moment)])));
        Assert.Empty(_termination.Next([P(10, 5), P(501, Moment)]));
    }

    [Fact]
    public void WhatWasThereAndWasNotFound_IsToldOnce()
    {
        _termination.First([P(10, 5)]);
        Assert.Equal([11, 499], Pids(_termination.Next([P(10, 5), P(11, Moment - 1), P(499, Moment)])));
        Assert.Empty(_termination.Next([P(11, Moment - 1), P(499, Moment)]));
    }

    [Fact]
    public void WhatIsStartedLater_IsLeftAlone()
    {
        _termination.First([P(10, 5)]);
        Assert.Empty(_termination.Next([P(501, Moment), P(12, Moment + 1)]));
    }

    [Fact]
    public void AnotherProcessWithAToldOnesPid_IsAnotherProcess()
    {
        _termination.First([P(10, 5)]);
        Assert.Equal([10], Pids(_termination.Next([P(10, 6)])));
    }

    [Fact]
    public void WhereTheLastPidIsNotKnown_OnlyAnEarlierTickCounts() => Assert.Equal([11], Pids(new Termination(Moment, 0).Next([P(11, Moment - 1), P(12, Moment)])));

    private static ProcessSample P(int pid, long startTime) => new(pid, 1, pid, 0, startTime, 1, 1, false);

    private static IEnumerable<int> Pids(List<ProcessSample> processes) => processes.Select(p => p.Pid).Order();
}
