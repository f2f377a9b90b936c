using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.Maintenance;

/// <summary>A question to a coordinator that is under way.</summary>
/// <param name="Request">Its id.</param>
/// <param name="Url">The coordinator.</param>
/// <param name="Task">The task that would be ended.</param>
/// <param name="Worker">Where it is.</param>
/// <param name="Drain">Why it would be: the answer counts for this drain only.</param>
/// <param name="At">When it was asked.</param>
internal sealed record Asked(Guid Request, string Url, TaskId Task, WorkerId Worker, DrainRequest Drain, DateTimeOffset At);
