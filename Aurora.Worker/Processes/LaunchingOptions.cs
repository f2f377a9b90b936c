namespace Aurora.Worker.Processes;

/// <summary>How this worker launches processes.</summary>
internal sealed record LaunchingOptions
{
    /// <summary>The worker's folder, absolute; the launcher keeps what it must know after a crash in <c>shims/</c> under it.</summary>
    public required string Folder { get; init; }

    /// <summary>Runs every role as the current user: for a plain user's <c>aurora dev</c>, which says so. Default: false.</summary>
    public bool RunAllRolesAsCurrentUser { get; init; }

    /// <summary>Lets the role <c>root</c> (any user with uid 0) run. Default: false.</summary>
    public bool AllowRoot { get; init; }

    /// <summary>How long a shim stays without an agent and without anything running; 1 second to 1 hour. Default: 60 seconds.</summary>
    public TimeSpan ShimIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait for a shim to answer after its start; 1 to 120 seconds. Default: 20 seconds.</summary>
    public TimeSpan ShimStart { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The faults of these options.</summary>
    /// <returns>All of them; none when the options can be used.</returns>
    public IEnumerable<Core.Errors.Fault> Faults()
    {
        if (!Path.IsPathFullyQualified(Folder))
        {
            yield return new(Core.Errors.ErrorCodes.InvalidConfiguration, "folder", Folder, "must be an absolute path");
        }

        if (ShimIdle < TimeSpan.FromSeconds(1) || ShimIdle > TimeSpan.FromHours(1))
        {
            yield return new(Core.Errors.ErrorCodes.InvalidConfiguration, "shimIdle", $"{ShimIdle}", "must be 1 second to 1 hour");
        }

        if (ShimStart < TimeSpan.FromSeconds(1) || ShimStart > TimeSpan.FromSeconds(120))
        {
            yield return new(Core.Errors.ErrorCodes.InvalidConfiguration, "shimStart", $"{ShimStart}", "must be 1 to 120 seconds");
        }
    }
}
