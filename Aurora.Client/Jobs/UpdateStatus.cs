namespace Aurora.Client.Jobs;

/// <summary>What an update's status means for somebody who waits for it (aurora-spec section 6.6).</summary>
public static class UpdateStatus
{
    /// <summary>The instances run the new configuration.</summary>
    public const string RolledForward = "ROLLED_FORWARD";

    /// <summary>The update failed and its instances run the former configuration again.</summary>
    public const string RolledBack = "ROLLED_BACK";

    /// <summary>Says whether the update is over.</summary>
    /// <param name="status">The status.</param>
    /// <returns>True when it never changes again.</returns>
    public static bool IsTerminal(string status) => status is RolledForward or RolledBack or "ABORTED" or "ERROR" or "FAILED";
}
