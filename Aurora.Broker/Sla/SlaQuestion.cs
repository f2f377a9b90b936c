using Aurora.Broker.State;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Sla;

/// <summary>May this task be ended now?</summary>
/// <param name="Policy">The policy that applies to it.</param>
/// <param name="Job">How its job stands.</param>
/// <param name="Task">The task; RUNNING or not, it is one of the job's active tasks.</param>
/// <param name="IsProtected">Whether policies about numbers are kept for its job (<see cref="SlaOptions.IsProtected"/>).</param>
internal readonly record struct SlaQuestion(SlaPolicyConfiguration Policy, JobUptime Job, TaskRecord Task, bool IsProtected);

/// <summary>The answer to a <see cref="SlaQuestion"/>.</summary>
/// <param name="Verdict">What it is.</param>
/// <param name="Reason">When not allowed: why, in words.</param>
internal readonly record struct SlaDecision(SlaVerdict Verdict, string Reason = "");

/// <summary>Whether a task may be ended.</summary>
internal enum SlaVerdict
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>Not now: ask again when a task of the job has become RUNNING or has ended, or later.</summary>
    Denied,

    /// <summary>The policy's coordinator must say.</summary>
    AskCoordinator,
}
