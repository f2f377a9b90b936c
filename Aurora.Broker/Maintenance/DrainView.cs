using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Core.Configuration;

namespace Aurora.Broker.Maintenance;

/// <summary>A job of which tasks are to leave their workers.</summary>
/// <param name="Job">How it stands.</param>
/// <param name="Candidates">The tasks that are to leave and are not being ended yet, in the order in which they may.</param>
internal sealed record DrainView(JobUptime Job, IReadOnlyList<DrainCandidate> Candidates);

/// <summary>A task that is to leave its worker.</summary>
/// <param name="Task">The task.</param>
/// <param name="Policy">Its configuration's policy, else the drain's.</param>
/// <param name="IsProtected">Whether policies about numbers are kept for its job.</param>
/// <param name="IsOverdue">Whether the drain's time is over, so that nobody is asked.</param>
internal sealed record DrainCandidate(TaskRecord Task, SlaPolicyConfiguration Policy, bool IsProtected, bool IsOverdue);

/// <summary>What becomes of a candidate.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Decision">Whether it goes now.</param>
internal readonly record struct DrainStep(DrainCandidate Candidate, SlaDecision Decision);
