using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>The tasks of one configuration on one worker. They are alike, so a search need not tell them apart.</summary>
/// <param name="Claim">What each of them holds.</param>
/// <param name="Tasks">Those that may be ended (ASSIGNED, STARTING, RUNNING), in the order in which they go: the youngest first, since it loses least.</param>
/// <param name="Leaving">How many are being ended anyway (KILLING, PREEMPTING, RESTARTING, DRAINING): their room comes without a victim.</param>
internal sealed record OccupantGroup(Claim Claim, IReadOnlyList<TaskId> Tasks, int Leaving);
