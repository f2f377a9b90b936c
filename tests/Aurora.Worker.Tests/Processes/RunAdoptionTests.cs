using Aurora.Shim.Runs;
using Aurora.Shim.Trees;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>What becomes of the runs of a shim that is gone.</summary>
public sealed class RunAdoptionTests
{
    private const long Now = 5000;
    private static readonly RunState Intended = new(new RunKey("task", "process", 0));
    private static readonly RunState Started = Intended with { BootId = "boot", Pid = 100, StartTime = 1000, StartedAt = 10 };
    private static readonly ProcStat Same = new(100, 1, 100, 100, 1000, Ended: false);

    [Fact]
    public void ARecordedEndIsKept() => Assert.Equal(new RunEnd(3, null, 20), Decide(Started with { End = new(3, null, 20) }, [Same])?.End);

    [Fact]
    public void TheSameProcessIsAdopted() => Assert.Equal(Started with { Adopted = true }, Decide(Started, [Same]));

    [Fact]
    public void AProcessOfAnotherBootHasEnded_ThoughPidAndStartTimeAreTheSame() =>
        Assert.Equal(new RunEnd(null, null, Now), Decide(Started with { BootId = "earlier" }, [Same])?.End);

    [Fact]
    public void APidThatWasUsedAgain_IsNotAdopted() => Assert.Equal(new RunEnd(null, null, Now), Decide(Started, [Same with { StartTime = 1001 }])?.End);

    [Fact]
    public void AZombieHasEnded() => Assert.Equal(new RunEnd(null, null, Now), Decide(Started, [Same with { Ended = true }])?.End);

    [Fact]
    public void AnIntentionThatNobodyCarries_NeverStarted() => Assert.Null(Decide(Intended, [Same]));

    [Fact]
    public void AnIntentionIsFoundByItsMarker_TheOldestProcessBeingTheLeader()
    {
        var child = new ProcStat(101, 100, 100, 100, 1001, Ended: false);
        Assert.Equal(
            Intended with { BootId = "boot", Pid = 100, StartTime = 1000, StartedAt = Now, Adopted = true }, Decide(Intended, [child, Same], 100, 101));
    }

    [Fact]
    public void AnIntentionWhoseLeaderHasEnded_HasEnded()
    {
        var orphan = new ProcStat(101, 1, 100, 100, 1001, Ended: false);
        Assert.Equal(new RunEnd(null, null, Now), Decide(Intended, [orphan], 101)?.End);
    }

    private static RunState? Decide(RunState run, ProcStat[] processes, params int[] marked) =>
        RunAdoption.Decide(run, "boot", processes, marked.Contains, Now);
}
