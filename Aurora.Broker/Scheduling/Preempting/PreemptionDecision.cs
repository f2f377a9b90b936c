using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>Where room can be made.</summary>
/// <param name="Worker">The worker to keep for the group; null when there is none, or when the group needs none because it fits somewhere as it is.</param>
/// <param name="Victims">The tasks to end there; none when others are leaving it anyway.</param>
/// <param name="Looks">How much work it was: looks at tasks and at sets of them.</param>
internal sealed record PreemptionDecision(WorkerId? Worker, IReadOnlyList<TaskId> Victims, int Looks);
