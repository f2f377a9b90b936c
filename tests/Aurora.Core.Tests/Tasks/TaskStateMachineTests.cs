using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Core.Tests.Tasks;

public sealed class TaskStateMachineTests
{
    // Written from aurora-spec section 4, by another notation than the product's: rows are states, columns targets.
    // . illegal   = the same state   S save   D delete only   K save and kill   R save and reschedule   RK save, reschedule, kill
    // V as R for a service, else S   F increment, save, reschedule when it may be tried again   L save, then LOST   X illegal, but kill
    // P as RK, without the reschedule when the task has been KILLING   LK save, then LOST, and kill
    private const string Table = """
                    INI THR PEN ASS STA RUN FIN FAI KIL LOS PRE RES DRA KNG PAR DEL
        Init        =   S   S   .   .   .   .   .   .   .   .   .   .   .   .   .
        Throttled   .   =   S   .   .   .   .   .   .   .   .   .   .   D   .   .
        Pending     .   .   =   S   .   .   .   .   .   .   .   .   .   D   .   .
        Assigned    .   .   .   =   S   S   V   F   R   RK  K   K   K   K   .   .
        Starting    .   .   .   .   =   S   V   F   R   R   K   K   K   K   S   .
        Running     .   .   .   .   .   =   V   F   R   R   K   K   K   K   S   .
        Finished    .   .   .   X   X   X   =   .   .   .   .   .   .   .   .   D
        Failed      .   .   .   X   X   X   .   =   .   .   .   .   .   .   .   D
        Killed      .   .   .   X   X   X   .   .   =   .   .   .   .   .   .   D
        Lost        .   .   .   X   X   X   .   .   .   =   .   .   .   .   .   D
        Preempting  .   .   .   X   X   X   R   R   R   RK  =   .   .   S   L   .
        Restarting  .   .   .   X   X   X   R   R   R   RK  .   =   .   S   L   .
        Draining    .   .   .   X   X   X   R   R   R   RK  .   .   =   S   L   .
        Killing     .   .   .   X   X   X   S   S   S   S   .   .   .   =   L   D
        Partitioned .   .   .   S   S   S   S   F   .   P   L   L   L   L   =   .
        Deleted     .   .   .   X   X   X   .   .   .   .   .   .   .   .   .   =
        """;

    // Where ours is not Aurora's, with Aurora's cell before it (docs/decisions/0008).
    private static readonly Dictionary<(TaskState From, TaskState To), (string Aurora, string Ours)> Differences = new()
    {
        [(TaskState.Partitioned, TaskState.Finished)] = ("S", "V"),
        [(TaskState.Partitioned, TaskState.Killed)] = (".", "R"),
        [(TaskState.Partitioned, TaskState.Killing)] = ("L", "LK"),
    };

    private static readonly TaskState[] Columns =
    [
        TaskState.Init, TaskState.Throttled, TaskState.Pending, TaskState.Assigned, TaskState.Starting, TaskState.Running, TaskState.Finished,
        TaskState.Failed, TaskState.Killed, TaskState.Lost, TaskState.Preempting, TaskState.Restarting, TaskState.Draining, TaskState.Killing,
        TaskState.Partitioned, TaskState.Deleted,
    ];

    [Fact]
    public void EveryCellIsAsTheSpecificationSays_ButForThreeThatAreDecided()
    {
        var rows = Table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .ToDictionary(r => Enum.Parse<TaskState>(r.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]), r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.Equal(Enum.GetValues<TaskState>().Order(), rows.Keys.Order());
        var wrong = new List<string>();
        foreach (var from in Enum.GetValues<TaskState>())
        {
            foreach (var to in Enum.GetValues<TaskState>())
            {
                var cell = rows[from][Array.IndexOf(Columns, to)];
                if (Differences.TryGetValue((from, to), out var difference))
                {
                    Assert.Equal(difference.Aurora, cell);
                    cell = difference.Ours;
                }

                foreach (var facts in AllFacts())
                {
                    var decision = TaskStateMachine.Decide(from, to, facts);
                    var expected = Expected(cell, facts);
                    if (expected != Show(decision))
                        wrong.Add($"{from} -> {to} with {facts}: {Show(decision)} instead of {expected}");
                    if (decision.Outcome != TransitionOutcome.Applied && decision.Reason.Length == 0)
                        wrong.Add($"{from} -> {to}: no reason");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(false, 1, 0, false)] // The default: the first failure is the last.
    [InlineData(false, 3, 0, true)]
    [InlineData(false, 3, 1, true)]
    [InlineData(false, 3, 2, false)]
    [InlineData(false, -1, 1000, true)]
    [InlineData(true, 1, 1000, true)]
    public void WhenATaskFails_ItIsTriedAgainOnlyWithinItsLimit(bool isService, int limit, int failuresBefore, bool again) =>
        Assert.Equal(again, TaskStateMachine.Decide(TaskState.Running, TaskState.Failed, new TaskFacts(isService, limit, failuresBefore, false))
            .Effects.Contains(TransitionEffect.Reschedule));

    [Fact]
    public void AServiceThatEndedWhileItsWorkerWasOutOfReach_IsStartedAgain()
    {
        var service = new TaskFacts(true, 1, 0, false);
        Assert.Contains(TransitionEffect.Reschedule, TaskStateMachine.Decide(TaskState.Partitioned, TaskState.Finished, service).Effects);
        Assert.DoesNotContain(TransitionEffect.Reschedule, TaskStateMachine.Decide(TaskState.Partitioned, TaskState.Finished, service with { IsService = false }).Effects);
    }

    [Fact]
    public void EffectsComeInTheirFixedOrder() => Assert.All(
        from f in Enum.GetValues<TaskState>() from t in Enum.GetValues<TaskState>() from facts in AllFacts() select TaskStateMachine.Decide(f, t, facts).Effects,
        effects => Assert.Equal(effects.Order(), effects));

    [Fact]
    public void TheStateSetsAreAsTheSpecificationSays()
    {
        Assert.Equal(
            [TaskState.Throttled, TaskState.Pending, TaskState.Assigned, TaskState.Starting, TaskState.Running, TaskState.Preempting, TaskState.Restarting,
                TaskState.Draining, TaskState.Killing, TaskState.Partitioned],
            Enum.GetValues<TaskState>().Where(s => s.IsActive()));
        Assert.Equal([TaskState.Finished, TaskState.Failed, TaskState.Killed, TaskState.Lost], Enum.GetValues<TaskState>().Where(s => s.IsTerminal()));
        Assert.DoesNotContain(Enum.GetValues<TaskState>(), s => s.IsOnWorker() && (!s.IsActive() || s is TaskState.Pending or TaskState.Throttled));
    }

    private static IEnumerable<TaskFacts> AllFacts() =>
        from service in new[] { false, true }
        from limit in new[] { -1, 1, 2 }
        from failures in new[] { 0, 1, 2 }
        from killing in new[] { false, true }
        select new TaskFacts(service, limit, failures, killing);

    private static string Expected(string cell, TaskFacts facts)
    {
        var again = facts.IsService || facts.MaxTaskFailures < 0 || facts.FailureCount + 1 < facts.MaxTaskFailures;
        return cell switch
        {
            "=" => "Noop",
            "." => "Illegal",
            "X" => "IllegalWithSideEffects Kill",
            "S" => "Applied SaveState",
            "D" => "Applied Delete",
            "K" => "Applied SaveState Kill",
            "R" => "Applied SaveState Reschedule",
            "RK" => "Applied SaveState Reschedule Kill",
            "V" => facts.IsService ? "Applied SaveState Reschedule" : "Applied SaveState",
            "F" => again ? "Applied IncrementFailures SaveState Reschedule" : "Applied IncrementFailures SaveState",
            "L" => "Applied SaveState TransitionToLost",
            "LK" => "Applied SaveState TransitionToLost Kill",
            "P" => facts.HasKillingInHistory ? "Applied SaveState Kill" : "Applied SaveState Reschedule Kill",
            _ => throw new ArgumentException($"'{cell}' is no cell."),
        };
    }

    private static string Show(TransitionDecision decision) => string.Join(' ', [$"{decision.Outcome}", .. decision.Effects.Select(e => $"{e}")]);
}
