namespace Aurora.Worker.Processes;

/// <summary>The connection to a shim broke before an answer came: the request may or may not have been carried out, and is repeated by key.</summary>
internal sealed class ShimLostException() : IOException("The connection to the shim broke.");
