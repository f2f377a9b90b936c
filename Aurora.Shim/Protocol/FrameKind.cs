namespace Aurora.Shim.Protocol;

/// <summary>
/// What a frame is. A frame is: length of what follows (int32), kind (byte), request number (int32, 0 for events), content. Numbers are
/// little-endian; a text is its length in bytes (int32), its UTF-8 bytes and a zero byte, so that it can be given to the system where it lies.
/// Values are never used again for another meaning.
/// </summary>
internal enum FrameKind : byte
{
    /// <summary>Agent: protocol version (int32). The first frame; events follow from here on.</summary>
    Hello = 1,

    /// <summary>Agent: a <see cref="SpawnCommand"/>; the open files of its group come beside the bytes (SCM_RIGHTS), not later than the frame's first byte.</summary>
    Spawn = 2,

    /// <summary>Agent: key. SIGTERM to the run's group and what it started elsewhere.</summary>
    Terminate = 3,

    /// <summary>Agent: key. SIGKILL to the whole tree until nothing is left.</summary>
    Kill = 4,

    /// <summary>Agent: nothing. All runs that were not forgotten.</summary>
    List = 5,

    /// <summary>Agent: key. Not answered.</summary>
    Forget = 6,

    /// <summary>Agent: nothing. The shim ends now if nothing runs, and otherwise when nothing runs any more, unless an agent comes before.</summary>
    Shutdown = 7,

    /// <summary>Agent: key. SIGKILL to what an ended run left in its session or group, until nothing of that is left.</summary>
    CleanUp = 8,

    /// <summary>Shim: protocol version (int32), pid (int32).</summary>
    Welcome = 64,

    /// <summary>Shim: boot id (text), pid (int32), start time (int64), started at (int64).</summary>
    Spawned = 65,

    /// <summary>Shim: errno (int32), what failed in words (text).</summary>
    SpawnFailed = 66,

    /// <summary>Shim: how many processes are left (int32). Answers Terminate, Kill and CleanUp.</summary>
    Signalled = 67,

    /// <summary>Shim: count (int32), then each run.</summary>
    Runs = 68,

    /// <summary>Shim: 1 when it ends now, 0 when something runs (int32).</summary>
    ShuttingDown = 69,

    /// <summary>Shim, unasked: a run that ended; 1 when nothing of it can be left, else 0 (int32; not there from older shims).</summary>
    Exited = 70,
}
