namespace Aurora.Broker.Scheduling.Matching;

/// <summary>Whether a worker takes tasks, from its life and its place in maintenance together. The better one comes first.</summary>
internal enum WorkerStanding : byte
{
    /// <summary>It takes tasks.</summary>
    Ready,

    /// <summary>It takes tasks, but only where nothing else fits: its maintenance is announced.</summary>
    Scheduled,

    /// <summary>It is being emptied, by the broker or by itself, or it is empty already.</summary>
    Draining,

    /// <summary>Known from the store, and not heard of since this broker leads.</summary>
    Expected,

    /// <summary>Its heartbeats stayed away for too long.</summary>
    Down,
}
