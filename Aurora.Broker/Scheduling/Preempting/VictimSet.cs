using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>Tasks whose end makes room.</summary>
/// <param name="Cost">What they cost.</param>
/// <param name="Tasks">The tasks; none where the room comes by itself.</param>
internal sealed record VictimSet(VictimCost Cost, IReadOnlyList<TaskId> Tasks);
