namespace Aurora.Core.Configuration;

/// <summary>What is called before a task is killed (aurora-spec section 2.8).</summary>
public sealed record LifecycleConfiguration
{
    /// <summary>HTTP calls; null for none.</summary>
    public HttpLifecycleConfiguration? Http { get; set; }
}

/// <summary>HTTP calls before a kill; active only when the named port is allocated. Times are seconds.</summary>
public sealed record HttpLifecycleConfiguration
{
    /// <summary>The port's name; default <c>health</c>.</summary>
    public string Port { get; set; } = "health";

    /// <summary>The first path; default <c>/quitquitquit</c>.</summary>
    public string GracefulShutdownEndpoint { get; set; } = "/quitquitquit";

    /// <summary>The second path; default <c>/abortabortabort</c>.</summary>
    public string ShutdownEndpoint { get; set; } = "/abortabortabort";

    /// <summary>How long to wait after the first; default 5.</summary>
    public int GracefulShutdownWaitSecs { get; set; } = 5;

    /// <summary>How long to wait after the second; default 5.</summary>
    public int ShutdownWaitSecs { get; set; } = 5;
}
