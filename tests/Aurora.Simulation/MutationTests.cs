using Aurora.Broker.Maintenance;
using Aurora.Broker.Quotas;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Tasks;
using Aurora.Simulation.Seeds;
using Aurora.Simulation.Store;
using Aurora.Simulation.Workers;
using Xunit;

namespace Aurora.Simulation;

/// <summary>A simulation that cannot fail is a defect: each invariant is broken once, by a decider, a store or a worker that does wrong, and must be noticed within some hundred seeds.</summary>
[Collection("seeds")]
public sealed class MutationTests
{
    private const int MostSeeds = 600;

    [Fact]
    public void ATerminalStateThatChanges_IsNoticed() => MustFail("a terminal state never changes", WithTable((from, to, _) =>
        from.IsTerminal() && to == TaskState.Running ? Applied(TransitionEffect.SaveState) : null));

    [Fact]
    public void AStepThatTheTableDoesNotKnow_IsNoticed() => MustFail("a task takes only the steps of the state table", WithTable((from, to, _) =>
        from == TaskState.Killing && to == TaskState.Running ? Applied(TransitionEffect.SaveState) : null));

    [Fact]
    public void AnEndedAttemptThatIsNotTriedAgain_IsNoticed() => MustFail("an ended attempt is tried again if and only if its job says so", WithTable((from, to, facts) =>
        from == TaskState.Running && to == TaskState.Failed && facts.IsService ? Applied(TransitionEffect.IncrementFailures, TransitionEffect.SaveState) : null));

    [Fact]
    public void AKilledAttemptThatIsTriedAgain_IsNoticed() => MustFail("an ended attempt is tried again if and only if its job says so", WithTable((from, to, _) =>
        from == TaskState.Killing && to == TaskState.Killed ? Applied(TransitionEffect.SaveState, TransitionEffect.Reschedule) : null));

    [Fact]
    public void AZombieThatIsLeftAlone_IsNoticed() => MustFail(["nothing runs on unauthorised when both sides can talk", "when faults stop, everything comes to rest"],
        WithTable((from, to, facts) => from.IsTerminal() || from == TaskState.Deleted ? new TransitionDecision(TransitionOutcome.Illegal, [], "")
            : to == TaskState.Lost ? Without(TaskStateMachine.Decide(from, to, facts), TransitionEffect.Kill) : null));

    [Fact]
    public void TwoActiveAttempts_AreNoticed() => MustFail("an instance has one active attempt at most", WithStore(changes => changes with
    {
        Tasks = [.. changes.Tasks, .. changes.Tasks.Where(t => t.State == TaskState.Running).Take(1).Select(t => t with { Id = new(t.Id.Value + "x") })],
    }));

    [Fact]
    public void ADeletedTask_IsNoticed() => MustFail("no task is deleted before its time", WithStore(changes => changes with
    {
        DeletedTasks = [.. changes.DeletedTasks, .. changes.Tasks.Where(t => t.State == TaskState.Running).Take(1).Select(t => t.Id)],
        Tasks = [.. changes.Tasks.Where(t => t.State != TaskState.Running)],
    }));

    [Fact]
    public void AnAnswerBeforeTheCommit_IsNoticed() => MustFail("a command is answered only when its answer is stored", WithStore(_ => null));

    [Fact]
    public void AReplyThatIsNotStored_IsNoticed() => MustFail(["a command id is answered the same, and truly", "a command is answered only when its answer is stored"],
        WithStore(changes => changes with { Replies = [] }));

    [Fact]
    public void AWorkerThatMayForgetBeforeTheCommit_IsNoticed() => MustFail("a worker is told to forget only what is stored as ended",
        WithStore(changes => changes with { Tasks = [.. changes.Tasks.Where(t => !t.State.IsTerminal())] }));

    [Fact]
    public void ALaunchBeforeTheCommit_IsNoticed() => MustFail("a task is launched only where it is stored as placed",
        WithStore(changes => changes with { Tasks = [.. changes.Tasks.Where(t => t.State != TaskState.Assigned)] }));

    [Fact]
    public void MemoryThatIsAheadOfTheStore_IsNoticed() => MustFail("what the leader knows is what is stored",
        WithStore(changes => changes with { Quotas = [] }));

    [Fact]
    public void AWorkerThatIsGivenTooMuch_IsNoticed() => MustFail("no worker holds more than it has", With(r => r with
    {
        Place = (demand, index) => Placement.Decide(demand with { Demand = demand.Demand with { Need = default } }, index),
    }));

    [Fact]
    public void AConstraintThatIsNotLookedAt_IsNoticed() => MustFail("a task is placed only where constraints, limits and maintenance let it", With(r => r with
    {
        Place = (demand, index) => Placement.Decide(demand with { Demand = demand.Demand with { Values = [] } }, index),
    }));

    [Fact]
    public void ALimitThatIsNotLookedAt_IsNoticed() => MustFail("a task is placed only where constraints, limits and maintenance let it", With(r => r with
    {
        Place = (demand, index) => Placement.Decide(demand with { Demand = demand.Demand with { Limits = [] } }, index),
    }));

    [Fact]
    public void AQuotaThatIsNotKept_IsNoticed() => MustFail("production jobs that are let in stay within their role's quota", With(r => r with { Quota = (_, _, _) => default }));

    [Fact]
    public void APolicyThatIsNotKept_IsNoticed() => MustFail("a drain keeps the jobs' SLA policies", With(r => r with { Sla = _ => new SlaDecision(SlaVerdict.Allowed) }));

    [Fact]
    public void AWorkerThatIsTakenForLostTooSoon_IsNoticed() => MustFail("what runs is ended only for a true reason", With(r => r with
    {
        Liveness = (seen, now, after) => WorkerLiveness.Decide(seen, now, after / 10),
    }));

    [Fact]
    public void AWorkerThatIsNeverTakenForLost_IsNoticed() => MustFail("when faults stop, everything comes to rest", With(r => r with
    {
        Liveness = (_, now, after) => new LivenessDecision(false, now + after),
    }));

    [Fact]
    public void AnInstanceThatIsHeldBackForever_IsNoticed() => MustFail("when faults stop, everything comes to rest", With(r => r with
    {
        Backoff = (_, _, _, _) => TimeSpan.FromDays(1),
    }) with { MaxDelayOfBackoff = TimeSpan.FromDays(1) });

    [Fact]
    public void AStateThatNeverPasses_IsNoticed() => MustFail("when faults stop, everything comes to rest", With(r => r with
    {
        Timeout = (_, _) => new TimeoutDecision(false, null, null), Reconciliation = (_, _) => new ReconciliationDecision(null, false),
    }));

    [Fact]
    public void AWorkerWhoseWordsAreNeverBelieved_IsNoticed() => MustFail("when faults stop, everything comes to rest", With(r => r with { Session = _ => SessionVerdict.Overtaken }));

    [Fact]
    public void APartitionedTaskThatIsGivenUpBeforeItsTime_IsNoticed() => MustFail("a fenced job's instance runs once at most", With(r => r with
    {
        Partition = _ => new PartitionDecision(true, null),
    }));

    [Fact]
    public void AnOrderThatIsRunTwice_IsNoticed() => MustFail("an attempt's process is started once, while it is authorised", RunOptions.Standard with { Defects = WorkerDefects.RunsAgain });

    [Fact]
    public void AWorkerThatForgetsTooSoon_IsNoticed() => MustFail("an attempt's process is started once, while it is authorised", RunOptions.Standard with { Defects = WorkerDefects.Forgets });

    [Fact]
    public void AFenceThatIsIgnored_IsNoticed() => MustFail("a fenced job's instance runs once at most", RunOptions.Standard with { Defects = WorkerDefects.IgnoresFence });

    [Fact]
    public void KillsAndReportsThatChaseEachOther_AreNoticed() => MustFail("a worker is told the same thing a bounded number of times",
        RunOptions.Standard with { Defects = WorkerDefects.AnswersKills });

    private static RunOptions With(Func<SchedulingRules, SchedulingRules> mutate) => RunOptions.Standard with { Rules = mutate(SchedulingRules.Standard) };

    private static RunOptions WithTable(Func<TaskState, TaskState, TaskFacts, TransitionDecision?> mutate) => With(r => r with
    {
        Transition = (from, to, facts) => mutate(from, to, facts) ?? TaskStateMachine.Decide(from, to, facts),
    });

    private static RunOptions WithStore(Func<StoreChanges, StoreChanges?> change) => RunOptions.Standard with { Wrap = (store, _) => new BrokenStore(store, change) };

    private static TransitionDecision Applied(params TransitionEffect[] effects) => new(TransitionOutcome.Applied, effects, "");

    private static TransitionDecision Without(TransitionDecision decision, TransitionEffect effect) => decision with { Effects = [.. decision.Effects.Where(e => e != effect)] };

    private static void MustFail(string rule, RunOptions options) => MustFail([rule], options);

    // Another rule may be the first to break in a seed; the one that is meant must be among them.
    private static void MustFail(string[] rules, RunOptions options)
    {
        var range = new SeedRange(1, MostSeeds).Run(options, until: f => rules.Contains(f.Rule));
        Assert.True(range.Failures.Any(f => rules.Contains(f.Rule)),
            $"{range.Done} seeds, and none broke '{rules[0]}'; instead: {string.Join("; ", range.Failures.GroupBy(f => f.Rule).Select(g => $"{g.Count()} × {g.Key} ({g.First().What})"))}");
    }
}
