using Aurora.Shim.Protocol;

namespace Aurora.Shim.Serving;

/// <summary>A request to start a process.</summary>
/// <param name="Request">Its number.</param>
/// <param name="Command">What to start.</param>
/// <param name="Files">The open files of its group; closed by whoever serves it.</param>
internal sealed record SpawnOrder(int Request, SpawnCommand Command, int[] Files);
