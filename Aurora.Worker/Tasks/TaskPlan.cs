using System.Collections.Immutable;
using Aurora.Core.Configuration;
using Aurora.Core.Tasks;

namespace Aurora.Worker.Tasks;

/// <summary>
/// The state machine of one task on its worker (aurora-spec sections 3.1 to 3.4): a value that facts are applied to and that says what to do next. It has no clock
/// and no I/O. Not here yet: daemon, ephemeral and final processes, which submission refuses.
/// <code>
/// fact            accepted when                  process becomes                        task
/// SandboxMade     STARTING, not ending           -                                      -
/// Refused         STARTING, not ending           -                                      FAILED
/// RunForked       due, predecessors succeeded    FORKED                                 -
/// RunStarted      FORKED, same run               RUNNING                                STARTING → RUNNING
/// RunNotStarted   FORKED, same run               FAILED, counts as a failure            -
/// RunEnded        FORKED or RUNNING, same run    0 SUCCESS · n FAILED, a failure ·      -
///                                                signal KILLED, a loss · unknown LOST, a loss
/// EndAsked        not ending                     -                                      ending
/// </code>
/// After each fact: as many processes failed for good as <c>max_failures</c> → ends FAILED; all are done → ends FINISHED; nothing runs and nothing ever can → ends FAILED.
/// A task that ends starts nothing more and is in its terminal state as soon as nothing of it runs.
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

    /// <summary>What it is ending in; null while it is not.</summary>
    public TaskEnding? Ending { get; private init; }

    /// <summary>Its state: STARTING, RUNNING, FINISHED, FAILED, KILLED or LOST.</summary>
    public TaskState State => Changes[^1].State;

    /// <summary>Whether it has ended and nothing of it runs.</summary>
    public bool IsTerminal => State is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost;

    /// <summary>Begins a task.</summary>
    /// <param name="task">What it runs.</param>
    /// <param name="at">When the worker accepted it.</param>
    /// <returns>The plan, STARTING.</returns>
    public static TaskPlan Begin(TaskConfiguration task, DateTimeOffset at) =>
        new(PlanShape.Of(task), [.. task.Processes.Select(p => new ProcessProgress(p))], [new StateChange(TaskState.Starting, at, null)]);

    /// <summary>Applies a fact.</summary>
    /// <param name="fact">The fact.</param>
    /// <returns>The plan after it; null when the fact does not fit (stale, repeated, about nothing that is here), and then it must not be recorded.</returns>
    public TaskPlan? Apply(PlanEvent fact) => IsTerminal ? null : fact switch
    {
        PlanEvent.SandboxMade => HasSandbox || Ending is not null ? null : (this with { HasSandbox = true }).Settle(fact.At),
        PlanEvent.Refused e => HasSandbox || Ending is not null ? null : End(TaskState.Failed, e.Message, e.At, asked: false),
        PlanEvent.EndAsked e => Ending is not null ? null : End(e.Outcome, e.Reason, e.At, asked: true),
        PlanEvent.RunForked e => Fork(e),
        PlanEvent.RunStarted e => Start(e),
        PlanEvent.RunNotStarted e => EndRun(e.Process, e.Run, e.At, p => NotStarted(p, e)),
        PlanEvent.RunEnded e => EndRun(e.Process, e.Run, e.At, p => Ended(p, e)),
        _ => null,
    };

    /// <summary>Says what is to be done now. Asking twice gives the same answer until a fact is applied.</summary>
    /// <param name="now">The time.</param>
    /// <param name="killWait">How long what runs may take to end after a kill's SIGTERM.</param>
    /// <returns>The step.</returns>
    public PlanStep Next(DateTimeOffset now, TimeSpan killWait)
    {
        if (IsTerminal)
        {
            return new PlanStep([], StopPhase.None, null);
        }

        if (Ending is { } ending)
        {
            var deadline = ending.Since + (ending.Asked ? killWait : TimeSpan.FromSeconds(Task.FinalizationWait));
            return now < deadline ? new PlanStep([], StopPhase.Terminate, deadline) : new PlanStep([], StopPhase.Kill, null);
        }

        var candidates = HasSandbox ? Processes.Where((_, i) => MayRun(i)).ToArray() : [];
        var room = Task.MaxConcurrency > 0 ? Math.Max(0, Task.MaxConcurrency - Processes.Count(p => p.IsLive)) : int.MaxValue;
        var starts = candidates.Where(p => p.DueAt <= now).Take(room).Select(p => new PlannedRun(p.Name, p.Run + 1));
        var later = candidates.Where(p => p.DueAt > now).Select(p => (DateTimeOffset?)p.DueAt).Min();
        return new PlanStep([.. starts], StopPhase.None, later);
    }

    private TaskPlan? Fork(PlanEvent.RunForked e)
    {
        var i = _shape.IndexOf(e.Process);
        if (i < 0 || !HasSandbox || Ending is not null || !MayRun(i) || e.Run != Processes[i].Run + 1)
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
        return State == TaskState.Starting && Ending is null ? started.Come(TaskState.Running, e.At, null) : started;
    }

    private TaskPlan? EndRun(string process, int run, DateTimeOffset at, Func<ProcessProgress, ProcessProgress> end)
    {
        var i = LiveRun(process, run);
        return i < 0 ? null : With(i, end(Processes[i]) with { EndedAt = at }).Settle(at);
    }

    private static ProcessProgress NotStarted(ProcessProgress p, PlanEvent.RunNotStarted e) =>
        Judge(
            p with { State = ProcessState.Failed, Failures = p.Failures + 1 },
            $"{e.Code} process '{p.Name}' could not be started (run {p.Run}): {e.Reason}");

    private static ProcessProgress Ended(ProcessProgress p, PlanEvent.RunEnded e)
    {
        var ended = p with { ExitCode = e.ExitCode, Signal = e.ExitCode is null ? e.Signal : null };
        return (e.ExitCode, e.Signal) switch
        {
            (0, _) => Judge(ended with { State = ProcessState.Success, Finished = true }, ""),
            ({ } code, _) => Judge(
                ended with { State = ProcessState.Failed, Failures = p.Failures + 1 },
                $"process '{p.Name}' failed with exit code {code} (run {p.Run})"),
            (null, not null) => Judge(ended with { State = ProcessState.Killed }, ""),
            (null, null) => Judge(ended with { State = ProcessState.Lost }, ""),
        };
    }

    /// <summary>Whether an ended run was the last one of its process.</summary>
    private static ProcessProgress Judge(ProcessProgress p, string failure)
    {
        if (p.Run + 1 >= MaxRuns)
        {
            return p with { Finished = false, FailedBecause = $"process '{p.Name}' was run {MaxRuns} times, which is the limit" };
        }

        var failed = p.State == ProcessState.Failed && p.Configuration.MaxFailures > 0 && p.Failures >= p.Configuration.MaxFailures;
        return failed ? p with { FailedBecause = failure } : p;
    }

    private TaskPlan Settle(DateTimeOffset at)
    {
        if (Ending is not null)
        {
            return EndWhenStill(at);
        }

        var failures = Processes.Where(p => p.FailedBecause is not null).ToArray();
        if (Task.MaxFailures > 0 && failures.Length >= Task.MaxFailures)
        {
            return End(TaskState.Failed, failures.MaxBy(p => p.EndedAt)!.FailedBecause, at, asked: false);
        }

        if (Processes.All(p => p.IsDone))
        {
            return End(TaskState.Finished, null, at, asked: false);
        }

        return HasSandbox && !Processes.Any(p => p.IsLive) && !Enumerable.Range(0, Processes.Length).Any(MayRun)
            ? End(TaskState.Failed, Deadlock(), at, asked: false)
            : this;
    }

    private string Deadlock()
    {
        var stuck = Processes.First(p => !p.IsDone);
        var before = _shape.Predecessors[_shape.IndexOf(stuck.Name)].Select(i => Processes[i]).First(p => !p.Finished);
        return before.FailedBecause is { } why
            ? $"process '{stuck.Name}' can never start, because {why}"
            : $"process '{stuck.Name}' can never start, because it waits for '{before.Name}', which never succeeds";
    }

    private TaskPlan End(TaskState outcome, string? message, DateTimeOffset at, bool asked) =>
        (this with { Ending = new TaskEnding(outcome, message, at, asked) }).EndWhenStill(at);

    private TaskPlan EndWhenStill(DateTimeOffset at) =>
        Ending is { } ending && !Processes.Any(p => p.IsLive) ? Come(ending.Outcome, at, ending.Message) : this;

    private TaskPlan Come(TaskState state, DateTimeOffset at, string? message) => this with { Changes = Changes.Add(new StateChange(state, at, message)) };

    private TaskPlan With(int index, ProcessProgress progress) => this with { Processes = Processes.SetItem(index, progress) };

    private bool MayRun(int index) =>
        !Processes[index].IsLive && !Processes[index].IsDone && _shape.Predecessors[index].All(i => Processes[i].Finished);

    private int LiveRun(string process, int run)
    {
        var i = _shape.IndexOf(process);
        return i >= 0 && Processes[i].IsLive && Processes[i].Run == run ? i : -1;
    }
}
