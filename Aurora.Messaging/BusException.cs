namespace Aurora.Messaging;

/// <summary>The bus could not do what was asked: not connected, not confirmed in time, no such queue. Trying again is safe, since handlers are idempotent.</summary>
/// <param name="message">What was attempted, on which queue, and why it failed.</param>
/// <param name="inner">The transport's own error, if there was one.</param>
public sealed class BusException(string message, Exception? inner = null) : Exception(message, inner);
