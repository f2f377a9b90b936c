using Aurora.Broker.FrontDoor;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.State;

/// <summary>Something to do after the commit, as data. An effect that is lost is derived again from the state, or asked for again by its receiver.</summary>
internal abstract record Effect;

/// <summary>Answer a request.</summary>
/// <param name="Request">The request.</param>
/// <param name="Answer">The answer; its result is written as JSON only when it is sent.</param>
internal sealed record Answered(IRequest Request, Answer Answer) : Effect;

/// <summary>Send a message to a worker.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Message">A message of the catalog.</param>
internal sealed record ToWorker(WorkerId Worker, object Message) : Effect;

/// <summary>Tell whoever listens that a task changed its state.</summary>
/// <param name="Change">What changed.</param>
internal sealed record Announced(TaskStateChanged Change) : Effect;

/// <summary>Tell whoever listens, and the log, that an attempt was found alive beside a newer one.</summary>
/// <param name="Found">What was found.</param>
internal sealed record DuplicateReported(DuplicateFound Found) : Effect;

/// <summary>Tell the log that two agents have one worker's id.</summary>
/// <param name="Worker">The id.</param>
/// <param name="Host">The host of the one that is taken to be the worker.</param>
/// <param name="Twin">The other one's host, or its session where that is not known.</param>
internal sealed record TwinReported(WorkerId Worker, string Host, string Twin) : Effect;

/// <summary>Tell whoever listens that a worker's place in maintenance changed.</summary>
/// <param name="Change">What changed.</param>
internal sealed record ModeAnnounced(WorkerModeChanged Change) : Effect;

/// <summary>Ask the coordinator of an SLA policy whether a task may be ended; its answer comes back as a <see cref="CoordinatorAnswered"/>.</summary>
/// <param name="Request">The question's id.</param>
/// <param name="Policy">The policy: URL and status key.</param>
/// <param name="Task">The task.</param>
/// <param name="Job">Its configuration.</param>
/// <param name="Host">Where it is.</param>
/// <param name="TimeLeft">After what time it is ended without asking; null for never.</param>
internal sealed record AskCoordinator(Guid Request, SlaPolicyConfiguration Policy, TaskRecord Task, JobConfiguration Job, string Host, TimeSpan? TimeLeft) : Effect;

/// <summary>Ask a worker for what it keeps of a task (log, sandbox) and answer with what it says.</summary>
/// <param name="Request">The request.</param>
/// <param name="Command">What is asked: <see cref="ReadTaskLog"/>, <see cref="ReadTaskFile"/> or <see cref="ListTaskFiles"/>.</param>
/// <param name="Task">The task.</param>
/// <param name="Worker">The worker that has it.</param>
internal sealed record ForwardedRead(IRequest Request, ICommand Command, TaskId Task, WorkerId Worker) : Effect;
