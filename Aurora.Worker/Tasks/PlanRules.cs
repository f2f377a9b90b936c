namespace Aurora.Worker.Tasks;

/// <summary>What of a task's order, beside its processes, decides how its plan goes.</summary>
/// <param name="WaitsForHealth">Whether the task is RUNNING only once its health checks have passed; otherwise with its first process.</param>
/// <param name="Hooks">Its HTTP hooks; null when it has none, or their port is not bound.</param>
internal sealed record PlanRules(bool WaitsForHealth, HookRule? Hooks)
{
    /// <summary>RUNNING with the first process, and no hooks.</summary>
    public static PlanRules Plain { get; } = new(false, null);
}
