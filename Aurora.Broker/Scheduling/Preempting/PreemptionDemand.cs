namespace Aurora.Broker.Scheduling.Preempting;

/// <summary>For whom room is wanted.</summary>
/// <param name="Claim">The pending group's claim.</param>
/// <param name="TasksAt">How many tasks of its job are on workers that have this value of this attribute.</param>
internal sealed record PreemptionDemand(Claim Claim, Func<string, string, int> TasksAt);
