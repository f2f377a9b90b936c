namespace Aurora.Broker.Scheduling;

/// <summary>Whether a worker is there.</summary>
internal enum WorkerPresence
{
    /// <summary>Known from the store, and not heard of since this broker leads.</summary>
    Expected,

    /// <summary>Its heartbeats come.</summary>
    Up,

    /// <summary>Its heartbeats stayed away for too long.</summary>
    Down,
}
