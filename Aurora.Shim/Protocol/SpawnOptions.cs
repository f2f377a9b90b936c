using Aurora.Shim.Groups;

namespace Aurora.Shim.Protocol;

/// <summary>What a spawn request may hold beside the plain launch.</summary>
internal sealed record SpawnOptions
{
    /// <summary>A plain launch.</summary>
    public static SpawnOptions Plain { get; } = new();

    /// <summary>How the process comes into its control group.</summary>
    public GroupWay Way { get; init; }

    /// <summary>How many open files of the group come with the frame.</summary>
    public int Descriptors { get; init; }

    /// <summary>How many processes and threads it may start, by RLIMIT_NPROC; 0: as many as the user may.</summary>
    public int MaxProcesses { get; init; }
}
