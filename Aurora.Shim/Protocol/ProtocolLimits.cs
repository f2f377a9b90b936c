namespace Aurora.Shim.Protocol;

/// <summary>What both sides agree on.</summary>
internal static class ProtocolLimits
{
    /// <summary>The protocol's version. A shim outlives an upgrade of the agent, so an agent must be able to talk to an older shim.</summary>
    public const int Version = 2;

    /// <summary>The largest request, in bytes: more than the kernel takes as arguments and environment (2 MiB by default).</summary>
    public const int RequestBytes = 4 * 1024 * 1024;

    /// <summary>The largest answer, in bytes: a list of some hundred thousand runs.</summary>
    public const int AnswerBytes = 64 * 1024 * 1024;

    /// <summary>What comes before the content: length, kind, request number.</summary>
    public const int HeaderBytes = 9;
}
