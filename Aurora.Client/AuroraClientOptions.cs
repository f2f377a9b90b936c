namespace Aurora.Client;

/// <summary>How an <see cref="AuroraClient"/> behaves.</summary>
public sealed record AuroraClientOptions
{
    /// <summary>On whose behalf requests are sent; default the operating-system user.</summary>
    public string User { get; init; } = System.Environment.UserName;

    /// <summary>How long one operation may take with all its repetitions; greater than 0, default 30 s, which suits somebody who waits at a prompt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt may wait for its reply before the request is sent again; greater than 0, default 10 s.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a waiting operation asks; default 250 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Makes command ids, one per call; repetitions of a call keep theirs. Whoever must survive a crash between two attempts gives the id here.</summary>
    public Func<Guid> NewCommandId { get; init; } = Guid.CreateVersion7;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
