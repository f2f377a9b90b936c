namespace Aurora.Shim.Trees;

/// <summary>What the killer is asked to do with a run's processes.</summary>
internal enum TreeOrder
{
    /// <summary>SIGTERM, once, to all of a living run.</summary>
    Terminate,

    /// <summary>SIGKILL to all of it, daemons that carry its marker included, until nothing is left or the time is over.</summary>
    Kill,

    /// <summary>The same for an ended run, without what only carries its marker in another session.</summary>
    CleanUp,
}
