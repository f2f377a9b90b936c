using Aurora.Core.Configuration;
using Aurora.Core.Tasks;
using Aurora.Worker.Processes;
using Aurora.Worker.Tasks;
using Xunit;

namespace Aurora.Worker.Tests.Tasks;

/// <summary>How tasks come to RUNNING and how they end: daemons, ephemeral and final processes, health, hooks, and the times of aurora-spec sections 3.3 and 3.6.</summary>
public sealed class TaskPlanEndings
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(60);
    private static readonly PlanRules Hooked = new(false, new HookRule(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(7)));

    [Fact]
    public void WhenADaemonSucceeds_ItRunsAgainAfterMinDuration_UntilItsHundredthRun()
    {
        var plan = Ready([Process("d") with { Daemon = true, MinDuration = 0 }]);
        for (var run = 0; run < 99; run++)
        {
            plan = End(Launch(plan, "d", run), "d", run, 0);
            Assert.Null(plan.Ending);
        }

        plan = End(Launch(plan, "d", 99), "d", 99, 0);
        Assert.Equal((TaskState.Failed, "process 'd' was run 100 times, which is the limit"), (plan.Ending?.Outcome, plan.Ending?.Message));
    }

    [Fact]
    public void WhenAllButTheEphemeralProcessesAreDone_TheTaskIsFinished_AndWhatStillRunsIsTerminated()
    {
        var plan = Ready([Process("main"), Process("side") with { Ephemeral = true, Daemon = true }]);
        plan = End(Launch(Launch(plan, "main", 0), "side", 0), "main", 0, 0);

        Assert.Equal(TaskState.Finished, plan.Ending?.Outcome);
        Assert.Equal(StopPhase.Terminate, plan.Next(Start, KillWait).Stop);
        Assert.Equal(TaskState.Running, plan.State);
        Assert.Null(plan.Apply(new PlanEvent.Cleaned(Start, true, null)));

        plan = Cleaned(End(plan, "side", 0, null, 15));
        Assert.Equal(TaskState.Finished, plan.State);
    }

    [Fact]
    public void WhenAnEphemeralProcessHasFailedForGood_ItCountsAsFinished()
    {
        var plan = Ready([Process("main"), Process("side") with { Ephemeral = true }]);
        plan = End(Launch(plan, "side", 0), "side", 0, 1);
        Assert.Null(plan.Ending);
        Assert.True(plan.Processes[1].Finished);
        Assert.Null(plan.Processes[1].FailedBecause);
    }

    [Fact]
    public void WhenEveryProcessIsEphemeral_TheyAreWaitedFor()
    {
        var plan = Ready([Process("side") with { Ephemeral = true }]);
        Assert.Null(plan.Ending);
        Assert.Equal(TaskState.Finished, End(Launch(plan, "side", 0), "side", 0, 0).Ending?.Outcome);
    }

    [Theory]
    [InlineData(0, TaskState.Finished)]
    [InlineData(1, TaskState.Failed)]
    public void FinalProcessesRunInTheirOrder_OnceNothingElseIsLeft_AndChangeNoResult(int code, TaskState outcome)
    {
        var plan = Ready(
            [Process("main"), Process("first") with { Final = true }, Process("second") with { Final = true }], new OrderConstraint(["first", "second"]));
        Assert.Equal([new PlannedRun("main", 0)], plan.Next(Start, KillWait).Starts);
        Assert.Null(plan.Apply(new PlanEvent.RunForked(Start, "first", 0)));

        plan = Cleaned(End(Launch(plan, "main", 0), "main", 0, code));
        Assert.True(plan.Ending?.IsFinalizing);
        Assert.Equal([new PlannedRun("first", 0)], plan.Next(Start, KillWait).Starts);
        Assert.Null(plan.Apply(new PlanEvent.RunForked(Start, "main", 1)));

        plan = End(Launch(plan, "first", 0), "first", 0, 0);
        Assert.Equal([new PlannedRun("second", 0)], plan.Next(Start, KillWait).Starts);
        plan = End(Launch(plan, "second", 0), "second", 0, 1);
        Assert.Equal(StopPhase.Finish, plan.Next(Start, KillWait).Stop);
        Assert.Equal(outcome, Must(plan.Apply(new PlanEvent.Finalized(Start, null))).State);
    }

    [Fact]
    public void WhenTheTimeIsOver_FinalProcessesAreLeftOut()
    {
        var plan = End(Launch(Ready([Process("main"), Process("last") with { Final = true }]), "main", 0), "main", 0, 0);
        Assert.Equal(TaskState.Finished, Must(plan.Apply(new PlanEvent.Cleaned(Start, false, null))).State);
    }

    [Fact]
    public void WhatFinalProcessesDoNotFinishInTime_IsKilled()
    {
        var plan = Launch(Cleaned(End(Launch(Ready([Process("main"), Process("last") with { Final = true }]), "main", 0), "main", 0, 0)), "last", 0);
        Assert.Equal((StopPhase.None, Start.AddSeconds(30)), (plan.Next(Start.AddSeconds(29), KillWait).Stop, plan.Next(Start, KillWait).NextDue));
        Assert.Equal(StopPhase.Kill, plan.Next(Start.AddSeconds(30), KillWait).Stop);
        Assert.Equal(StopPhase.Finish, End(plan, "last", 0, null, 9).Next(Start.AddSeconds(31), KillWait).Stop);
    }

    [Fact]
    public void AKilledTaskRunsItsFinalProcesses_AndIsKilled()
    {
        var plan = Launch(Ready([Process("main"), Process("last") with { Final = true }]), "main", 0);
        plan = Must(plan.Apply(new PlanEvent.EndAsked(Start, TaskState.Killed, "enough")));
        plan = Cleaned(End(plan, "main", 0, null, 15));
        plan = End(Launch(plan, "last", 0), "last", 0, 0);
        plan = Must(plan.Apply(new PlanEvent.Finalized(Start, null)));
        Assert.Equal((TaskState.Killed, "enough"), (plan.State, plan.Changes[^1].Message));
    }

    [Fact]
    public void AKillOfATaskThatEndsByItself_ShortensItsTimeAndChangesNoResult()
    {
        var task = Some([Process("main"), Process("last") with { Final = true }]) with { FinalizationWait = 3600 };
        var plan = Launch(Cleaned(End(Launch(Must(TaskPlan.Begin(task, Start).Apply(new PlanEvent.SandboxMade(Start))), "main", 0), "main", 0, 0)), "last", 0);
        Assert.Equal(StopPhase.None, plan.Next(Start.AddSeconds(3599), KillWait).Stop);

        plan = Must(plan.Apply(new PlanEvent.EndAsked(Start.AddSeconds(100), TaskState.Killed, "enough")));
        Assert.Null(plan.Apply(new PlanEvent.EndAsked(Start.AddSeconds(101), TaskState.Killed, "again")));
        Assert.Equal(StopPhase.None, plan.Next(Start.AddSeconds(159), KillWait).Stop);
        Assert.Equal(StopPhase.Kill, plan.Next(Start.AddSeconds(160), KillWait).Stop);
        plan = Must(End(plan, "last", 0, null, 9).Apply(new PlanEvent.Finalized(Start, null)));
        Assert.Equal(TaskState.Finished, plan.State);
    }

    [Fact]
    public void ATaskThatWaitsForHealth_IsRunningOnlyOnceItIsHealthy()
    {
        var plan = Launch(Ready([Process("main")], new PlanRules(true, null)), "main", 0);
        Assert.Equal(TaskState.Starting, plan.State);
        plan = Must(plan.Apply(new PlanEvent.HealthPassed(Start)));
        Assert.Equal(TaskState.Running, plan.State);
        Assert.Null(plan.Apply(new PlanEvent.HealthPassed(Start)));
    }

    [Fact]
    public void HooksComeBeforeSigterm_AndAreWaitedForOnlyWhenTheyAnswer()
    {
        var plan = Kill(Launch(Ready([Process("main")], Hooked), "main", 0));
        Assert.Equal(StopPhase.CallGraceful, plan.Next(Start, KillWait).Stop);

        plan = Must(plan.Apply(new PlanEvent.HookCalled(Start, EndHook.Graceful, Answered: true)));
        Assert.Equal((StopPhase.Wait, Start.AddSeconds(5)), (plan.Next(Start, KillWait).Stop, plan.Next(Start, KillWait).NextDue));
        Assert.Equal(StopPhase.CallShutdown, plan.Next(Start.AddSeconds(5), KillWait).Stop);

        var silent = Must(plan.Apply(new PlanEvent.HookCalled(Start.AddSeconds(6), EndHook.Shutdown, Answered: false)));
        Assert.Equal(StopPhase.Terminate, silent.Next(Start.AddSeconds(6), KillWait).Stop);

        plan = Must(plan.Apply(new PlanEvent.HookCalled(Start.AddSeconds(6), EndHook.Shutdown, Answered: true)));
        Assert.Equal(StopPhase.Wait, plan.Next(Start.AddSeconds(12), KillWait).Stop);
        Assert.Equal(StopPhase.Terminate, plan.Next(Start.AddSeconds(13), KillWait).Stop);
        Assert.Equal(StopPhase.Terminate, plan.Next(Start.AddSeconds(72), KillWait).Stop);
        Assert.Equal(StopPhase.Kill, plan.Next(Start.AddSeconds(73), KillWait).Stop);
    }

    [Fact]
    public void AStopAsAWholeKeepsItsBound_HoweverLongTheHooksMayWait()
    {
        var rules = new PlanRules(false, new HookRule(TimeSpan.FromHours(1), TimeSpan.FromHours(1)));
        var plan = Kill(Launch(Ready([Process("main")], rules), "main", 0));
        plan = Must(plan.Apply(new PlanEvent.HookCalled(Start, EndHook.Graceful, Answered: true)));
        Assert.Equal(Start.AddSeconds(60), plan.Next(Start, KillWait).NextDue);
        Assert.Equal(StopPhase.Terminate, plan.Next(Start.AddSeconds(60), KillWait).Stop);
        Assert.Equal(StopPhase.Kill, plan.Next(Start.AddSeconds(120), KillWait).Stop);
    }

    [Fact]
    public void WhenATaskWithHooksEndsByItself_NoHookIsCalled()
    {
        var plan = Ready([Process("main"), Process("side") with { Ephemeral = true }], Hooked);
        plan = End(Launch(Launch(plan, "main", 0), "side", 0), "main", 0, 0);
        Assert.Equal(StopPhase.Terminate, plan.Next(Start, KillWait).Stop);
    }

    private static TaskPlan Kill(TaskPlan plan) => Must(plan.Apply(new PlanEvent.EndAsked(Start, TaskState.Killed, "enough")));

    private static TaskPlan Cleaned(TaskPlan plan) => Must(plan.Apply(new PlanEvent.Cleaned(Start, true, null)));

    private static ProcessConfiguration Process(string name) => new() { Name = name, Cmdline = "x" };

    private static TaskConfiguration Some(ProcessConfiguration[] processes, params OrderConstraint[] constraints) => new()
    {
        Name = "t",
        Processes = processes,
        Constraints = constraints,
        Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 },
    };

    private static TaskPlan Ready(ProcessConfiguration[] processes, params OrderConstraint[] constraints) =>
        Must(TaskPlan.Begin(Some(processes, constraints), Start).Apply(new PlanEvent.SandboxMade(Start)));

    private static TaskPlan Ready(ProcessConfiguration[] processes, PlanRules rules) =>
        Must(TaskPlan.Begin(Some(processes), Start, rules).Apply(new PlanEvent.SandboxMade(Start)));

    private static TaskPlan Launch(TaskPlan plan, string process, int run) =>
        Must(Must(plan.Apply(new PlanEvent.RunForked(Start, process, run))).Apply(new PlanEvent.RunStarted(Start, process, run, new ProcessIdentity("boot", 7, 1))));

    private static TaskPlan End(TaskPlan plan, string process, int run, int? code, int? signal = null) =>
        Must(plan.Apply(new PlanEvent.RunEnded(Start, process, run, code, signal)));

    private static TaskPlan Must(TaskPlan? plan)
    {
        Assert.NotNull(plan);
        return plan;
    }
}
