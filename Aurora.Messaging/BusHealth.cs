namespace Aurora.Messaging;

/// <summary>How a bus is doing.</summary>
/// <param name="IsUp">Whether messages can be sent and received now.</param>
/// <param name="Detail">When not up: why, in words for an operator.</param>
public sealed record BusHealth(bool IsUp, string? Detail);
