namespace Aurora.Worker.Isolation;

/// <summary>What the watch knows of one task, and when it looks next. Touched by the watch's loop; the figures are read from anywhere.</summary>
/// <param name="nextUsage">When its use is read first.</param>
/// <param name="nextDisk">When its folders are measured first.</param>
/// <param name="seenAt">Now; a new task's folders count as empty then.</param>
internal sealed class WatchedTask(TimeSpan nextUsage, TimeSpan nextDisk, TimeSpan seenAt)
{
    private TaskUsage? _usage;
    private long _disk = -1;
    private TimeSpan _diskAt = seenAt;

    /// <summary>The watch's latest round in which the task lived.</summary>
    public long Round { get; set; }

    /// <summary>When its use is read next.</summary>
    public TimeSpan NextUsage { get; set; } = nextUsage;

    /// <summary>When its folders are measured next.</summary>
    public TimeSpan NextDisk { get; private set; } = nextDisk;

    /// <summary>The latest look at its use.</summary>
    public Glimpse UsageSeen { get; set; }

    /// <summary>The latest look at its folders.</summary>
    public Glimpse DiskSeen { get; set; }

    /// <summary>Whether a breach was told; it is told once.</summary>
    public bool Breached { get; set; }

    /// <summary>Whether it was logged that its folders cannot be measured whole; it is logged once.</summary>
    public bool MeasuredInPart { get; set; }

    /// <summary>The use at the latest look.</summary>
    public TaskUsage? Usage
    {
        get => Volatile.Read(ref _usage);
        set => Volatile.Write(ref _usage, value);
    }

    /// <summary>Bytes on disk at the latest look; null before the first.</summary>
    public long? Disk => Interlocked.Read(ref _disk) is var disk and >= 0 ? disk : null;

    /// <summary>Takes a measurement, and decides when the next one is due.</summary>
    /// <param name="now">When it was begun.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="bytes">What was found.</param>
    /// <param name="grant">What the task may occupy.</param>
    public void Measured(TimeSpan now, TimeSpan took, long bytes, long grant)
    {
        NextDisk = now + DiskPace.Next(Disk ?? 0, bytes, now - _diskAt, grant, took);
        Interlocked.Exchange(ref _disk, bytes);
        _diskAt = now;
    }

    /// <summary>Takes that its folders are as they were, and decides when they are measured next.</summary>
    /// <param name="now">When it was found out.</param>
    public void Unchanged(TimeSpan now)
    {
        NextDisk = now + DiskPace.Usual;
        _diskAt = now; // What grows from now on has grown since now, and is not taken for slow.
    }
}
