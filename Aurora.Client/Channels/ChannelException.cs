namespace Aurora.Client.Channels;

/// <summary>The broker cannot be reached now: no connection, a broken one, or a gateway that says so. Repeating the request is safe.</summary>
/// <param name="message">Why, in words for people.</param>
/// <param name="inner">The transport's own error, if there was one.</param>
public sealed class ChannelException(string message, Exception? inner = null) : Exception(message, inner);
