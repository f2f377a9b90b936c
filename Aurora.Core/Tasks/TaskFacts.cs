namespace Aurora.Core.Tasks;

/// <summary>What the state machine must know of a task besides its state.</summary>
/// <param name="IsService">Whether its job is a service.</param>
/// <param name="MaxTaskFailures">How many failed attempts an instance may have; -1 is no limit.</param>
/// <param name="FailureCount">How many attempts of the instance failed before this transition.</param>
/// <param name="HasKillingInHistory">Whether the task has been KILLING.</param>
public readonly record struct TaskFacts(bool IsService, int MaxTaskFailures, int FailureCount, bool HasKillingInHistory);
