using Aurora.Broker.State;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Updates;

/// <summary>One step of an update.</summary>
/// <param name="Update">The update after it.</param>
/// <param name="Actions">What must be done to the job's tasks.</param>
/// <param name="LookAgainAt">When to look again although nothing happens; null when only a change can move the update.</param>
internal sealed record UpdateStep(UpdateRecord Update, IReadOnlyList<UpdateAction> Actions, DateTimeOffset? LookAgainAt);

/// <summary>What an update does to an instance.</summary>
/// <param name="Instance">The instance.</param>
internal abstract record UpdateAction(int Instance);

/// <summary>Make a PENDING task.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="ConfigurationId">Its configuration.</param>
internal sealed record AddInstance(int Instance, string ConfigurationId) : UpdateAction(Instance);

/// <summary>End the active task.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Task">The task.</param>
internal sealed record EndInstance(int Instance, TaskId Task) : UpdateAction(Instance);
