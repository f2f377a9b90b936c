using Aurora.Core.Jobs;

namespace Aurora.Messaging;

/// <summary>The names of queues and exchanges (design section 6), in one place.</summary>
public static class QueueNames
{
    /// <summary>Commands and queries of clients, for the leading broker.</summary>
    public const string Commands = "aurora.commands";

    /// <summary>What workers report, for the leading broker.</summary>
    public const string Status = "aurora.status";

    /// <summary>The topic exchange for events.</summary>
    public const string Events = "aurora.events";

    /// <summary>Where unreadable messages go, with the reason in a header.</summary>
    public const string DeadLetters = "aurora.dead";

    /// <summary>The queue of one worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>The queue's name.</returns>
    public static string Worker(WorkerId worker) => $"aurora.worker.{worker.Value}";
}
