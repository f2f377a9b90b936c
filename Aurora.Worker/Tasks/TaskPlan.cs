using System.Collections.Immutable;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Worker.Tasks;

/// <summary>
/// The state machine of one task on its worker (aurora-spec sections 3.1 to 3.4 and 3.6): a value that facts are applied to and that says what to do next. It has no
/// clock and no I/O. There are two plans, the ordinary processes and the final ones, each with its own order.
/// <code>
/// fact            accepted when                        process becomes                        task
/// SandboxMade     STARTING, not ending                 -                                      -
/// Refused         STARTING, not ending                 -                                      FAILED
/// RunForked       due, predecessors succeeded          FORKED                                 -
///                 (final: while finalizing)
/// RunStarted      FORKED, same run                     RUNNING                                STARTING → RUNNING, unless it waits for health
/// RunNotStarted   FORKED, same run                     FAILED, counts as a failure            -
/// RunEnded        FORKED or RUNNING, same run          0 SUCCESS · n FAILED, a failure ·      -
///                                                      signal KILLED, a loss · unknown LOST, a loss
/// HealthPassed    STARTING, waits for health           -                                      RUNNING
/// EndAsked        not ending, or ending by itself      -                                      ending (or in a hurry)
/// HookCalled      ending because asked, not yet called -                                      -
/// Cleaned         ending, nothing live                 -                                      finalizing, or its terminal state
/// Finalized       finalizing, nothing live             -                                      its terminal state
/// </code>
/// After a success: a daemon runs again, every other process is finished and releases its successors. After a failure or a loss: run again, unless <c>max_failures</c> runs
/// failed, or it was the hundredth run; then it has failed for good (an ephemeral one is finished). Each run waits <c>min_duration</c> after the one before it.
/// After each fact about ordinary processes: as many failed for good as <c>max_failures</c> → ends FAILED; all but the ephemeral ones are done → ends FINISHED; nothing runs
/// and nothing ever can → ends FAILED. What final processes come to changes nothing of that.
/// </summary>
internal sealed record TaskPlan
{
    /// <summary>How often a process is run at most, whatever its runs end with (aurora-spec section 3.2).</summary>
    public const int MaxRuns = 100;

    private readonly PlanShape _shape;

    private TaskPlan(PlanShape shape, ImmutableArray<ProcessProgress> processes, ImmutableArray<StateChange> changes)
    {
        _shape = shape;
        Processes = processes;
        Changes = changes;
    }

    /// <summary>What it runs.</summary>
    public TaskConfiguration Task => _shape.Task;

    /// <summary>Its processes, in the order of its configuration.</summary>
    public ImmutableArray<ProcessProgress> Processes { get; private init; }

    /// <summary>The states that it came to, oldest first; never empty.</summary>
    public ImmutableArray<StateChange> Changes { get; private init; }

    /// <summary>Whether processes may start.</summary>
    public bool HasSandbox { get; private init; }

    /// <summary>The numbers of the ports that it was given, by the names that it asked for; empty before, and when it asks for none.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; private init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>What it has used, once it was measured at its end.</summary>
    public ResourceUsage? Usage { get; private init; }

    /// <summary>What it is ending in; null while it is not.</summary>
    public TaskEnding? Ending { get; private init; }

    /// <summary>Its state: STARTING, RUNNING, FINISHED, FAILED, KILLED or LOST.</summary>
    public TaskState State => Changes[^1].State;

    /// <summary>Whether it has ended and nothing of it runs.</summary>
    public bool IsTerminal => State is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost;

    /// <summary>Whether a run of it is about to start or runs.</summary>
    public bool IsLive => Processes.Any(p => p.IsLive);

    /// <summary>Begins a task.</summary>
    /// <param name="task">What it runs.</param>
    /// <param name="at">When the worker accepted it.</param>
    /// <param name="rules">What else decides; plain ones by default.</param>
    /// <returns>The plan, STARTING.</returns>
    public static TaskPlan Begin(TaskConfiguration task, DateTimeOffset at, PlanRules? rules = null) =>
        new(PlanShape.Of(task, rules ?? PlanRules.Plain), [.. task.Processes.Select(p => new ProcessProgress(p))], [new StateChange(TaskState.Starting, at, null)]);

    /// <summary>Applies a fact.</summary>
    /// <param name="fact">The fact.</param>
    /// <returns>The plan after it; null when the fact does not fit (stale, repeated, about nothing that is here), and then it must not be recorded.</returns>
    public TaskPlan? Apply(PlanEvent fact) => IsTerminal ? null : fact switch
    {
        PlanEvent.SandboxMade e => HasSandbox || Ending is not null
            ? null
            : (this with { HasSandbox = true, Ports = e.Ports ?? Ports }).Settle(e.At),
        PlanEvent.Refused e => HasSandbox || Ending is not null ? null : End(TaskState.Failed, e.Message, e.At, asked: false),
        PlanEvent.EndAsked e => Ending is null ? End(e.Outcome, e.Reason, e.At, asked: true) : Hurry(Ending, e.At),
        PlanEvent.HealthPassed e => State == TaskState.Starting && Ending is null && _shape.Rules.WaitsForHealth ? Come(TaskState.Running, e.At, null) : null,
        PlanEvent.RunForked e => Fork(e),
        PlanEvent.RunStarted e => Start(e),
        PlanEvent.RunNotStarted e => EndRun(e.Process, e.Run, e.At, p => RunJudge.NotStarted(p, e)),
        PlanEvent.RunEnded e => EndRun(e.Process, e.Run, e.At, p => RunJudge.Ended(p, e)),
        PlanEvent.HookCalled e => Called(e),
        PlanEvent.Cleaned e => Clean(e),
        PlanEvent.Finalized e => Ending is { IsFinalizing: true } ending && !IsLive ? Terminal(ending, e.At, e.Usage) : null,
        _ => null,
    };

    /// <summary>Says what is to be done now. Asking twice gives the same answer until a fact is applied or time goes on.</summary>
    /// <param name="now">The time.</param>
    /// <param name="killWait">How long what runs may take to end after a kill's SIGTERM.</param>
    /// <returns>The step.</returns>
    public PlanStep Next(DateTimeOffset now, TimeSpan killWait)
    {
        if (IsTerminal)
        {
            return new PlanStep([], StopPhase.None, null);
        }

        return Ending switch
        {
            null => HasSandbox ? Starts(now, final: false) : new PlanStep([], StopPhase.None, null),
            { IsFinalizing: true } ending => NextOfFinals(ending, now, killWait),
            { } ending => NextOfStop(ending, now, killWait),
        };
    }

    /// <summary>When SIGKILL comes for what runs, and the time for final processes is over.</summary>
    /// <param name="killWait">As in <see cref="Next"/>.</param>
    /// <returns>The time; the end of all times while the task is not ending.</returns>
    public DateTimeOffset Deadline(TimeSpan killWait) =>
        Ending?.Deadline(_shape.Rules.Hooks, killWait, TimeSpan.FromSeconds(Task.FinalizationWait)) ?? DateTimeOffset.MaxValue;

    private PlanStep NextOfStop(TaskEnding ending, DateTimeOffset now, TimeSpan killWait)
    {
        if (ending.Asked && _shape.Rules.Hooks is { } hooks && IsLive && ending.HookPhase(now, hooks, killWait) is { } hook)
        {
            return new PlanStep([], hook.Phase, hook.Until);
        }

        var deadline = Deadline(killWait);
        return now < deadline ? new PlanStep([], StopPhase.Terminate, deadline) : new PlanStep([], StopPhase.Kill, null);
    }

    private PlanStep NextOfFinals(TaskEnding ending, DateTimeOffset now, TimeSpan killWait)
    {
        if (!IsLive && !Enumerable.Range(0, Processes.Length).Any(i => IsFinal(i) && MayRun(i)))
        {
            return new PlanStep([], StopPhase.Finish, null);
        }

        var deadline = ending.Deadline(_shape.Rules.Hooks, killWait, TimeSpan.FromSeconds(Task.FinalizationWait));
        if (now >= deadline)
        {
            return new PlanStep([], IsLive ? StopPhase.Kill : StopPhase.Finish, null);
        }

        var step = Starts(now, final: true);
        return step with { NextDue = step.NextDue < deadline ? step.NextDue : deadline };
    }

    private PlanStep Starts(DateTimeOffset now, bool final)
    {
        var candidates = Processes.Where((_, i) => IsFinal(i) == final && MayRun(i)).ToArray();
        var room = Task.MaxConcurrency > 0 ? Math.Max(0, Task.MaxConcurrency - Processes.Count(p => p.IsLive)) : int.MaxValue;
        var starts = candidates.Where(p => p.DueAt <= now).Take(room).Select(p => new PlannedRun(p.Name, p.Run + 1));
        var later = candidates.Where(p => p.DueAt > now).Select(p => (DateTimeOffset?)p.DueAt).Min();
        return new PlanStep([.. starts], StopPhase.None, later);
    }

    private TaskPlan? Fork(PlanEvent.RunForked e)
    {
        var i = _shape.IndexOf(e.Process);
        var mayStart = i >= 0 && HasSandbox && (IsFinal(i) ? Ending is { IsFinalizing: true } : Ending is null);
        if (!mayStart || !MayRun(i) || e.Run != Processes[i].Run + 1)
        {
            return null;
        }

        return With(i, new ProcessProgress(Processes[i].Configuration)
        {
            Run = e.Run,
            State = ProcessState.Forked,
            Failures = Processes[i].Failures,
        });
    }

    private TaskPlan? Start(PlanEvent.RunStarted e)
    {
        var i = LiveRun(e.Process, e.Run);
        if (i < 0 || Processes[i].State != ProcessState.Forked)
        {
            return null;
        }

        var started = With(i, Processes[i] with { State = ProcessState.Running, Identity = e.Identity, StartedAt = e.At });
        return State == TaskState.Starting && Ending is null && !_shape.Rules.WaitsForHealth ? started.Come(TaskState.Running, e.At, null) : started;
    }

    private TaskPlan? EndRun(string process, int run, DateTimeOffset at, Func<ProcessProgress, ProcessProgress> end)
    {
        var i = LiveRun(process, run);
        return i < 0 ? null : With(i, end(Processes[i]) with { EndedAt = at }).Settle(at);
    }

    private TaskPlan Settle(DateTimeOffset at)
    {
        if (Ending is not null)
        {
            return this; // What follows is a matter of what is left on the machine: Cleaned and Finalized say so.
        }

        var ordinary = Processes.Where((_, i) => !IsFinal(i)).ToArray();
        var failures = ordinary.Where(p => p.FailedBecause is not null).ToArray();
        if (Task.MaxFailures > 0 && failures.Length >= Task.MaxFailures)
        {
            return End(TaskState.Failed, failures.MaxBy(p => p.EndedAt)!.FailedBecause, at, asked: false);
        }

        // Where all are ephemeral, none of them can be left out: such a task would be over before it began.
        var all = ordinary.All(p => p.Configuration.Ephemeral);
        if (ordinary.All(p => p.IsDone || (p.Configuration.Ephemeral && !all)))
        {
            return End(TaskState.Finished, null, at, asked: false);
        }

        return HasSandbox && !IsLive && !Enumerable.Range(0, Processes.Length).Any(i => !IsFinal(i) && MayRun(i))
            ? End(TaskState.Failed, Deadlock(ordinary), at, asked: false)
            : this;
    }

    private string Deadlock(ProcessProgress[] ordinary)
    {
        var stuck = ordinary.First(p => !p.IsDone);
        var before = _shape.Predecessors[_shape.IndexOf(stuck.Name)].Select(i => Processes[i]).First(p => !p.Finished);
        return before.FailedBecause is { } why
            ? $"process '{stuck.Name}' can never start, because {why}"
            : $"process '{stuck.Name}' can never start, because it waits for '{before.Name}', which never succeeds";
    }

    /// <summary>Begins the end. Without a sandbox nothing was ever started, and the end is there at once.</summary>
    private TaskPlan End(TaskState outcome, string? message, DateTimeOffset at, bool asked)
    {
        var ending = new TaskEnding(outcome, message, at, asked);
        return HasSandbox ? this with { Ending = ending } : Terminal(ending, at, null);
    }

    private TaskPlan? Hurry(TaskEnding ending, DateTimeOffset at) =>
        ending is { Asked: false, HurriedAt: null } ? this with { Ending = ending with { HurriedAt = at } } : null;

    private TaskPlan? Called(PlanEvent.HookCalled e)
    {
        var answer = new HookAnswer(e.At, e.Answered);
        return (Ending, e.Hook) switch
        {
            ({ Asked: true, Graceful: null } ending, EndHook.Graceful) => this with { Ending = ending with { Graceful = answer } },
            ({ Asked: true, Graceful: not null, Shutdown: null } ending, EndHook.Shutdown) => this with { Ending = ending with { Shutdown = answer } },
            _ => null,
        };
    }

    private TaskPlan? Clean(PlanEvent.Cleaned e)
    {
        if (Ending is not { IsFinalizing: false } ending || IsLive)
        {
            return null;
        }

        return e.TimeLeft && Task.Processes.Any(p => p.Final)
            ? this with { Ending = ending with { IsFinalizing = true }, Usage = e.Usage }
            : Terminal(ending, e.At, e.Usage);
    }

    private TaskPlan Terminal(TaskEnding ending, DateTimeOffset at, ResourceUsage? usage) =>
        (this with { Ending = ending, Usage = usage ?? Usage }).Come(ending.Outcome, at, ending.Message);

    private TaskPlan Come(TaskState state, DateTimeOffset at, string? message) => this with { Changes = Changes.Add(new StateChange(state, at, message)) };

    private TaskPlan With(int index, ProcessProgress progress) => this with { Processes = Processes.SetItem(index, progress) };

    private bool IsFinal(int index) => Processes[index].Configuration.Final;

    private bool MayRun(int index) =>
        !Processes[index].IsLive && !Processes[index].IsDone && _shape.Predecessors[index].All(i => Processes[i].Finished);

    private int LiveRun(string process, int run)
    {
        var i = _shape.IndexOf(process);
        return i >= 0 && Processes[i].IsLive && Processes[i].Run == run ? i : -1;
    }
}
