namespace Aurora.Shim.Runs;

/// <summary>What became of a spawn request.</summary>
/// <param name="Run">The started run, or null.</param>
/// <param name="Errno">Why there is none, 0 otherwise.</param>
/// <param name="Message">The same in words.</param>
internal sealed record SpawnResult(RunState? Run, int Errno, string Message);
