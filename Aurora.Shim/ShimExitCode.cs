namespace Aurora.Shim;

/// <summary>How the shim ends; the agent that started it tells the reasons apart by these.</summary>
internal static class ShimExitCode
{
    /// <summary>Nothing left to do.</summary>
    public const int Done = 0;

    /// <summary>The command line is wrong (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>The folder, the journal or the socket cannot be used (EX_CANTCREAT).</summary>
    public const int Folder = 73;

    /// <summary>Another shim runs on the folder (EX_TEMPFAIL).</summary>
    public const int Locked = 75;

    /// <summary>The user cannot be become (EX_NOPERM).</summary>
    public const int Role = 77;
}
