using Aurora.Core.Configuration;
using Aurora.Core.Tasks;
using Aurora.Worker.Processes;
using Aurora.Worker.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Tasks;

/// <summary>A random task, with daemons, ephemeral and final processes among its own, is driven by random facts in random order, repeated and stale ones among them, until it ends.</summary>
public sealed class TaskPlanProperties
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan KillWait = TimeSpan.FromSeconds(60);

    [Fact]
    public void WhateverHappens_TheRulesHold() =>
        Gen.Select(AnyTask, Gen.Bool, Gen.Bool, Gen.Int[0, int.MaxValue]).Sample(
            (task, health, hooks, seed) => new Drive(task, new PlanRules(health, hooks ? new HookRule(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)) : null), new Random(seed)).ToTheEnd(),
            iter: 3000);

    private static Gen<TaskConfiguration> AnyTask { get; } =
        from count in Gen.Int[1, 6]
        from edges in Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[0, 8]
        from maxFailures in Gen.Int[0, 3]
        from concurrency in Gen.Int[0, 2]
        from failures in Gen.Int[0, 3].Array[count]
        from kinds in Gen.Int[0, 9].Array[count]
        select new TaskConfiguration
        {
            Name = "t",
            Processes = [.. failures.Select((f, i) => new ProcessConfiguration
            {
                Name = $"p{i}", Cmdline = "x", MaxFailures = f, MinDuration = i, Daemon = kinds[i] is 1 or 2, Ephemeral = kinds[i] is 2 or 3, Final = kinds[i] is 4 or 5,
            })],
            Constraints = [.. edges.Where(e => e.Item1 < count && e.Item2 < count && IsFinal(kinds[e.Item1]) == IsFinal(kinds[e.Item2]))
                .Select(e => new OrderConstraint([$"p{e.Item1}", $"p{e.Item2}"]))],
            Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 },
            MaxFailures = maxFailures,
            MaxConcurrency = concurrency,
        };

    private static bool IsFinal(int kind) => kind is 4 or 5;

    private sealed class Drive(TaskConfiguration task, PlanRules rules, Random random)
    {
        private readonly HashSet<string> _succeeded = [];
        private readonly Dictionary<string, DateTimeOffset> _lastEnd = [];
        private readonly List<PlanEvent> _facts = [];
        private DateTimeOffset _now = Start;
        private TaskPlan _plan = TaskPlan.Begin(task, Start, rules);

        public void ToTheEnd()
        {
            Must(new PlanEvent.SandboxMade(_now));
            for (var step = 0; !_plan.IsTerminal; step++)
            {
                Assert.True(step < 20_000, "the task must come to an end");
                Once();
                Assert.True(task.MaxConcurrency == 0 || _plan.Processes.Count(p => p.IsLive) <= task.MaxConcurrency);
            }

            Assert.False(_plan.IsLive);
            Assert.Equal((StopPhase.None, 0), (_plan.Next(_now, KillWait).Stop, _plan.Next(_now, KillWait).Starts.Length));
            Assert.Null(_plan.Apply(new PlanEvent.EndAsked(_now, TaskState.Killed, "late")));
            Assert.All(_plan.Processes, p => Assert.Null(_plan.Apply(new PlanEvent.RunForked(_now, p.Name, p.Run + 1))));
            Assert.Single(_plan.Changes, c => c.State is not (TaskState.Starting or TaskState.Running));

            // The plan is nothing but its facts: replayed, they give the same.
            var replayed = _facts.Aggregate(TaskPlan.Begin(task, Start, rules), (plan, fact) => plan.Apply(fact) ?? throw new InvalidOperationException($"{fact} does not fit"));
            Assert.Equal(_plan.Changes, replayed.Changes);
            Assert.Equal(_plan.Processes.Select(p => (p.Run, p.State, p.Failures, p.Finished)), replayed.Processes.Select(p => (p.Run, p.State, p.Failures, p.Finished)));
        }

        private void Once()
        {
            var step = _plan.Next(_now, KillWait);
            Assert.True(step.Starts.IsEmpty || step.Stop == StopPhase.None);
            foreach (var start in step.Starts)
            {
                Begin(start);
            }

            var live = _plan.Processes.Where(p => p.IsLive).ToArray();
            if (_plan.Ending is null && random.Next(100) == 0)
            {
                Must(new PlanEvent.EndAsked(_now, TaskState.Killed, "enough"));
            }
            else if (_plan is { State: TaskState.Starting, Ending: null } && rules.WaitsForHealth && random.Next(3) == 0)
            {
                Must(new PlanEvent.HealthPassed(_now));
            }
            else if (step.Stop is StopPhase.CallGraceful or StopPhase.CallShutdown)
            {
                Must(new PlanEvent.HookCalled(_now, step.Stop == StopPhase.CallGraceful ? EndHook.Graceful : EndHook.Shutdown, random.Next(2) == 0));
            }
            else if (live.Length > 0)
            {
                End(live[random.Next(live.Length)]);
            }
            else if (step.Stop is StopPhase.Terminate or StopPhase.Kill)
            {
                Must(new PlanEvent.Cleaned(_now, random.Next(5) > 0, null));
            }
            else if (step.Stop == StopPhase.Finish)
            {
                Must(new PlanEvent.Finalized(_now, null));
            }
            else if (step is { Starts.IsEmpty: true })
            {
                Assert.NotNull(step.NextDue); // Something is always due, or can start.
                _now = step.NextDue.Value;
            }
        }

        private void Begin(PlannedRun start)
        {
            var process = task.Processes.Single(p => p.Name == start.Process);
            Assert.Equal(process.Final, _plan.Ending is { IsFinalizing: true });
            Assert.All(task.Constraints.Where(c => c.Order[1] == start.Process), c => Assert.Contains(c.Order[0], _succeeded));
            Assert.InRange(start.Run, 0, TaskPlan.MaxRuns - 1);
            Assert.False(_lastEnd.TryGetValue(start.Process, out var end) && _now - end < TimeSpan.FromSeconds(process.MinDuration));
            if (_plan.Apply(new PlanEvent.RunForked(_now, start.Process, start.Run)) is null)
            {
                Assert.NotNull(_plan.Ending); // An earlier one of this step could not be started, and the task ends by that.
                return;
            }

            Must(new PlanEvent.RunForked(_now, start.Process, start.Run));
            Assert.Null(_plan.Apply(new PlanEvent.RunForked(_now, start.Process, start.Run)));
            if (random.Next(20) == 0)
            {
                Must(new PlanEvent.RunNotStarted(_now, start.Process, start.Run, "AUR4003", "no"));
                _lastEnd[start.Process] = _now;
                Learn(start.Process);
                return;
            }

            Must(new PlanEvent.RunStarted(_now, start.Process, start.Run, new ProcessIdentity("boot", 7, 1)));
        }

        private void End(ProcessProgress run)
        {
            _now += TimeSpan.FromMilliseconds(random.Next(2000));
            (int? code, int? signal) = random.Next(4) switch { 0 => ((int?)1, (int?)null), 1 => (null, 9), 2 => (null, null), _ => (0, null) };
            Must(new PlanEvent.RunEnded(_now, run.Name, run.Run, code, signal));
            Assert.Null(_plan.Apply(new PlanEvent.RunEnded(_now, run.Name, run.Run, code, signal)));
            _lastEnd[run.Name] = _now;
            Learn(run.Name);
        }

        private void Learn(string process)
        {
            if (_plan.Processes.Single(p => p.Name == process).Finished)
            {
                _succeeded.Add(process);
            }
        }

        private void Must(PlanEvent fact)
        {
            var next = _plan.Apply(fact);
            Assert.True(next is not null, $"{fact} must fit");
            _facts.Add(fact);
            _plan = next;
        }
    }
}
