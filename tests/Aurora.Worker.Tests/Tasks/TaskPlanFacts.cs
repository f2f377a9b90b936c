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
        var plan = Ready(Some("a", "b") with { Constraints = [new OrderConstraint(["a", "b", "a"])] });

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
        plan = Must(plan.Apply(new PlanEvent.RunEnded(Start, "a", 0, 0, null)));
        Assert.Equal(new StateChange(TaskState.Killed, Start, "enough"), plan.Changes[^1]);
    }

    // A random task is driven by random facts, in random order and with repeated and stale ones among them, until it ends.
    [Fact]
    public void WhateverHappens_TheRulesHold() => Gen.Select(AnyTask, Gen.Int[0, int.MaxValue]).Sample((task, seed) => Drive(task, new Random(seed)), iter: 2000);

    private static Gen<TaskConfiguration> AnyTask { get; } =
        from count in Gen.Int[1, 6]
        from edges in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[0, 8]
        from maxFailures in Gen.Int[0, 3]
        from concurrency in Gen.Int[0, 2]
        from failures in Gen.Int[0, 3].Array[count]
        select new TaskConfiguration
        {
            Name = "t",
            Processes = [.. failures.Select((f, i) => new ProcessConfiguration { Name = $"p{i}", Cmdline = "x", MaxFailures = f, MinDuration = i })],
            Constraints = [.. edges.Where(e => e.Item1 < count && e.Item2 < count).Select(e => new OrderConstraint([$"p{e.Item1}", $"p{e.Item2}"]))],
            Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 },
            MaxFailures = maxFailures,
            MaxConcurrency = concurrency,
        };

    private static void Drive(TaskConfiguration task, Random random)
    {
        var now = Start;
        var plan = Ready(task);
        var succeeded = new HashSet<string>();
        var lastEnd = new Dictionary<string, DateTimeOffset>();
        for (var step = 0; !plan.IsTerminal; step++)
        {
            Assert.True(step < 10_000, "the task must come to an end");
            var next = plan.Next(now, KillWait);
            foreach (var start in next.Starts)
            {
                Assert.Null(plan.Ending);
                Assert.All(
                    task.Constraints.Where(c => c.Order[1] == start.Process), c => Assert.Contains(c.Order[0], succeeded));
                Assert.InRange(start.Run, 0, TaskPlan.MaxRuns - 1);
                if (lastEnd.TryGetValue(start.Process, out var end))
                {
                    Assert.True(now - end >= TimeSpan.FromSeconds(task.Processes.Single(p => p.Name == start.Process).MinDuration));
                }

                if (random.Next(20) == 0)
                {
                    plan = Must(plan.Apply(new PlanEvent.RunForked(now, start.Process, start.Run)));
                    plan = Must(plan.Apply(new PlanEvent.RunNotStarted(now, start.Process, start.Run, "AUR4003", "no")));
                    lastEnd[start.Process] = now;
                }
                else
                {
                    plan = Launch(plan, start.Process, start.Run, now);
                }

                Assert.Null(plan.Apply(new PlanEvent.RunForked(now, start.Process, start.Run)));
                if (plan.Ending is not null)
                {
                    break;
                }
            }

            Assert.True(task.MaxConcurrency == 0 || plan.Processes.Count(p => p.IsLive) <= task.MaxConcurrency);
            var live = plan.Processes.Where(p => p.IsLive).ToArray();
            if (live.Length == 0 && !plan.IsTerminal)
            {
                now = plan.Next(now, KillWait) is { Starts: [], NextDue: { } due } ? due : now; // Something is always due, or can start.
                continue;
            }

            if (random.Next(200) == 0)
            {
                plan = plan.Apply(new PlanEvent.EndAsked(now, TaskState.Killed, "enough")) ?? plan;
            }
            else if (live.Length > 0)
            {
                now += TimeSpan.FromMilliseconds(random.Next(2000));
                var ended = live[random.Next(live.Length)];
                (int? code, int? signal) = random.Next(4) switch { 0 => ((int?)1, (int?)null), 1 => (null, 9), 2 => (null, null), _ => (0, null) };
                plan = Must(plan.Apply(new PlanEvent.RunEnded(now, ended.Name, ended.Run, code, signal)));
                lastEnd[ended.Name] = now;
                if (code == 0 && plan.Processes.Single(p => p.Name == ended.Name).Finished)
                {
                    succeeded.Add(ended.Name);
                }
            }
        }

        Assert.DoesNotContain(plan.Processes, p => p.IsLive);
        Assert.Equal(new PlanStep([], StopPhase.None, null).Stop, plan.Next(now, KillWait).Stop);
        Assert.Empty(plan.Next(now, KillWait).Starts);
        Assert.Null(plan.Apply(new PlanEvent.EndAsked(now, TaskState.Killed, "late")));
        Assert.All(plan.Processes, p => Assert.Null(plan.Apply(new PlanEvent.RunForked(now, p.Name, p.Run + 1))));
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
        Must(Launch(plan, process, run).Apply(new PlanEvent.RunEnded(Start, process, run, code, signal)));

    private static TaskPlan Must(TaskPlan? plan)
    {
        Assert.NotNull(plan);
        return plan;
    }
}
