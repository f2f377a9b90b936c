using Aurora.Core.Configuration;

namespace Aurora.Client.Workers;

/// <summary>How workers are drained (aurora-spec section 8.4).</summary>
public sealed record DrainOptions
{
    /// <summary>For jobs without an SLA policy of their own; null takes the broker's default, 95 % for 30 min.</summary>
    public SlaPolicyConfiguration? DefaultPolicy { get; init; }

    /// <summary>After which time the rest is drained without asking policies: zero (at once) to 30 days; null takes 7 days.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Why, for histories; at most 1,024 characters.</summary>
    public string? Message { get; init; }
}
