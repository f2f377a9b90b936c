using Aurora.Broker.Scheduling;
using Aurora.Broker.Sla;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;
using static Aurora.Broker.Tests.Maintenance.DrainWorld;

namespace Aurora.Broker.Tests.Maintenance;

/// <summary>Drains under whatever order of events, with crashes: before its deadline no drain brings a job below its policy.</summary>
public sealed class DrainPropertyTests
{
    private static readonly JobConfiguration[] Jobs =
    [
        Service("percent", instances: 25, policy: Percent(88, 30)), Service("count", instances: 22, policy: Count(19)), Service("tight", instances: 20, policy: Percent(100, 60)),
    ];

    private static readonly Gen<(int Kind, int A, int B)[]> GenSteps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[1, 60];

    [Fact]
    public void BeforeItsDeadline_NoDrainBringsAJobBelowItsPolicy() => GenSteps.Sample(steps => Play(steps, SchedulingRules.Standard), iter: 300);

    [Fact]
    public void WhenTheRuleIsBroken_ThisIsNoticed() => Notices(new SchedulingRules { Sla = _ => new SlaDecision(SlaVerdict.Allowed) });

    [Fact]
    public void WhenWhatGoesIsStillCounted_ThisIsNoticed() => Notices(new SchedulingRules
    {
        Drain = (view, check) => [.. view.Candidates.Select(c => new Aurora.Broker.Maintenance.DrainStep(c, check(new SlaQuestion(c.Policy, view.Job, c.Task, c.IsProtected))))],
    });

    [Fact]
    public void WhenNothingElseHappens_EveryDrainComesToItsEnd() => GenSteps.Sample(steps =>
    {
        var world = Play(steps, SchedulingRules.Standard);
        world.AfterTurn = null;
        for (var i = 0; i < 4; i++)
            world.HelloAgain($"w{i}"); // After a crash nothing is placed on a worker that was not heard.
        world.Drain("w0", "w1");
        world.Activate("w2", "w3");
        for (var i = 0; i < 150 && !(world.Mode("w0") == MaintenanceMode.Drained && world.Mode("w1") == MaintenanceMode.Drained); i++)
        {
            world.EndAndStart();
            world.Advance(60);
        }

        Assert.Equal((MaintenanceMode.Drained, MaintenanceMode.Drained), (world.Mode("w0"), world.Mode("w1")));
        Assert.Equal(67, world.Active.Count());
        Assert.All(world.Active, t => Assert.Contains(t.Worker!.Value.Value, new[] { "w2", "w3" }));
    }, iter: 50);

    private static void Notices(SchedulingRules broken) =>
        Assert.Contains("run, at least", Assert.ThrowsAny<Exception>(() => GenSteps.Sample(steps => Play(steps, broken), iter: 100)).ToString(), StringComparison.Ordinal);

    private static DrainWorld Play((int Kind, int A, int B)[] steps, SchedulingRules rules)
    {
        var world = new DrainWorld(o => o with { Rules = rules, Jitter = () => 0.5 });
        for (var i = 0; i < 4; i++)
            world.Hello($"w{i}");
        foreach (var job in Jobs)
            world.Run(job);
        world.Advance(60);

        var known = new HashSet<TaskId>();
        world.AfterTurn = w => Check(w, known);
        foreach (var (kind, a, b) in steps)
            Step(world, kind, a, b);
        return world;
    }

    private static void Step(DrainWorld world, int kind, int a, int b)
    {
        switch (kind)
        {
            case 0: world.Drain($"w{a % 4}"); break;
            case 1: world.Drain($"w{a % 4}", $"w{b % 4}"); break;
            case 2: world.Activate($"w{a % 4}"); break;
            case 3: world.Advance(b % 40); break;
            case 4: world.Crash(); break;
            case 5: world.HelloAgain($"w{a % 4}"); break;
            case 6: world.EndAndStart(); break;
            case 7: world.StartPlaced(); break;
            default: Report(world, a, b); break;
        }
    }

    private static void Report(DrainWorld world, int a, int b)
    {
        TaskState[] said = [TaskState.Running, TaskState.Running, TaskState.Failed, TaskState.Finished, TaskState.Killed, TaskState.Lost];
        var placed = world.Active.Where(t => t.State.IsOnWorker()).OrderBy(t => t.State == TaskState.Running).ThenBy(t => t.Id.Value, StringComparer.Ordinal).ToList();
        if (placed.Count > 0)
            world.Report(placed[a % Math.Min(placed.Count, 20)], said[b % said.Length]);
    }

    // Counted anew from the rows, by other means than the rule's own.
    private static void Check(DrainWorld world, HashSet<TaskId> known)
    {
        foreach (var job in Jobs)
        {
            var active = world.Active.Where(t => t.Job == job.Key).ToList();
            var isNew = false;
            foreach (var task in active.Where(t => t.State == TaskState.Draining))
                isNew |= known.Add(task.Id);
            if (!isNew)
                continue; // What failed by itself is not the drain's doing.

            var policy = job.SlaPolicy!;
            var up = active.Count(t => t.State == TaskState.Running && (world.Now - t.ChangedAt).TotalSeconds >= policy.DurationSecs);
            var least = policy.Count ?? active.Count * policy.Percentage!.Value / 100;
            Assert.True(up >= Math.Min(least, active.Count - 1), $"{job.Name}: {up} of {active.Count} run, at least {least} must");
        }
    }
}
