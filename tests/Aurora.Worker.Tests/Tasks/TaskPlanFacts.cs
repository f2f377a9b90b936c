using Aurora.Core.Configuration;
using Aurora.Core.Tasks;
using Aurora.Worker.Processes;
using Aurora.Worker.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Tasks;

public sealed class TaskPlanFacts
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(60);
    private static readonly ProcessIdentity Identity = new("boot", 7, 1);

    [Theory]
    [InlineData(0, null, 1, ProcessState.Success, TaskState.Finished, null)]
    [InlineData(1, null, 1, ProcessState.Failed, TaskState.Failed, "process 'p' failed with exit code 1 (run 0)")]
    [InlineData(1, null, 2, ProcessState.Failed, TaskState.Running, null)]
    [InlineData(137, null, 1, ProcessState.Failed, TaskState.Failed, "process 'p' failed with exit code 137 (run 0)")]
    [InlineData(null, 9, 1, ProcessState.Killed, TaskState.Running, null)]
    [InlineData(null, null, 1, ProcessState.Lost, TaskState.Running, null)]
    public void AnEndedRunCountsAsTheTableSays(int? code, int? signal, int maxFailures, ProcessState process, TaskState task, string? message)
    {
        var plan = Run(Sequence(new ProcessConfiguration { Name = "p", Cmdline = "x", MaxFailures = maxFailures }), "p", 0, code, signal);

        Assert.Equal(process, plan.Processes[0].State);
        Assert.Equal(task, plan.State);
        Assert.Equal(message, plan.Changes[^1].Message);
    }

    [Fact]
    public void WhenARunFailed_TheNextOneWaitsForMinDuration()
    {
        var plan = Run(Sequence(new ProcessConfiguration { Name = "p", Cmdline = "x", MaxFailures = 2, MinDuration = 5 }), "p", 0, 1, null);

        var soon = plan.Next(Start.AddSeconds(4.9), KillWait);
        Assert.Empty(soon.Starts);
        Assert.Equal(Start.AddSeconds(5), soon.NextDue);
        Assert.Equal(new PlannedRun("p", 1), Assert.Single(plan.Next(Start.AddSeconds(5), KillWait).Starts));
    }

    [Fact]
    public void WhenAProcessWasRunAHundredTimes_ItHasFailedForGood()
    {
        var plan = Sequence(new ProcessConfiguration { Name = "p", Cmdline = "x", MaxFailures = 0, MinDuration = 0 });
        for (var run = 0; run < 100; run++)
        {
            Assert.Equal(run == 0 ? TaskState.Starting : TaskState.Running, plan.State);
            plan = Run(plan, "p", run, null, 9);
        }

        Assert.Equal(TaskState.Failed, plan.State);
        Assert.Equal("process 'p' was run 100 times, which is the limit", plan.Changes[^1].Message);
    }

    [Fact]
    public void WhenAFailureIsTolerated_WhatWaitsForItMakesTheTaskFail()
    {
        var task = Some("a", "b") with { MaxFailures = 0, Constraints = [new OrderConstraint(["a", "b"])] };

        var plan = Run(Ready(task), "a", 0, 3, null);

        Assert.Equal(TaskState.Failed, plan.State);
        Assert.Equal("process 'b' can never start, because process 'a' failed with exit code 3 (run 0)", plan.Changes[^1].Message);
    }

    [Fact]
    public void WhenTheOrderIsACycle_TheTaskFailsAtOnce()
    {
        var plan = Still(Ready(Some("a", "b") with { Constraints = [new OrderConstraint(["a", "b", "a"])] }));

        Assert.Equal(TaskState.Failed, plan.State);
        Assert.Contains("can never start", plan.Changes[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutConstraints_ProcessesStartTogetherUpToMaxConcurrency()
    {
        Assert.Equal(3, Ready(Some("a", "b", "c")).Next(Start, KillWait).Starts.Length);
        Assert.Equal(2, Ready(Some("a", "b", "c") with { MaxConcurrency = 2 }).Next(Start, KillWait).Starts.Length);
    }

    [Fact]
    public void WhenATaskIsKilled_ItTerminatesThenKillsAndEndsOnlyWhenNothingRuns()
    {
        var plan = Must(Launch(Ready(Some("a")), "a", 0).Apply(new PlanEvent.EndAsked(Start, TaskState.Killed, "enough")));

        Assert.Equal(StopPhase.Terminate, plan.Next(Start.AddSeconds(59), KillWait).Stop);
        Assert.Equal(StopPhase.Kill, plan.Next(Start.AddSeconds(60), KillWait).Stop);
        Assert.Equal(TaskState.Running, plan.State);
        Assert.Null(plan.Apply(new PlanEvent.Cleaned(Start, true, null)));
        plan = Still(Must(plan.Apply(new PlanEvent.RunEnded(Start, "a", 0, 0, null))));
        Assert.Equal(new StateChange(TaskState.Killed, Start, "enough"), plan.Changes[^1]);
    }

    private static TaskConfiguration Some(params string[] names) => new()
    {
        Name = "t",
        Processes = [.. names.Select(n => new ProcessConfiguration { Name = n, Cmdline = "x" })],
        Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 },
    };

    private static TaskPlan Sequence(ProcessConfiguration process) => Ready(Some() with { Processes = [process] });

    private static TaskPlan Ready(TaskConfiguration task) => Must(TaskPlan.Begin(task, Start).Apply(new PlanEvent.SandboxMade(Start)));

    private static TaskPlan Launch(TaskPlan plan, string process, int run, DateTimeOffset? at = null) =>
        Must(Must(plan.Apply(new PlanEvent.RunForked(at ?? Start, process, run))).Apply(new PlanEvent.RunStarted(at ?? Start, process, run, Identity)));

    private static TaskPlan Run(TaskPlan plan, string process, int run, int? code, int? signal) =>
        Still(Must(Launch(plan, process, run).Apply(new PlanEvent.RunEnded(Start, process, run, code, signal))));

    // Nothing is left of the processes once the last one has ended.
    private static TaskPlan Still(TaskPlan plan, bool timeLeft = true) =>
        plan is { Ending.IsFinalizing: false, IsLive: false, IsTerminal: false } ? Must(plan.Apply(new PlanEvent.Cleaned(Start, timeLeft, null))) : plan;

    private static TaskPlan Must(TaskPlan? plan)
    {
        Assert.NotNull(plan);
        return plan;
    }
}
