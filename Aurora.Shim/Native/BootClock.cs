namespace Aurora.Shim.Native;

/// <summary>This boot's identity, and its clock in the unit of process start times.</summary>
internal static unsafe class BootClock
{
    private const int BootTime = 7;

    /// <summary>USER_HZ: 100 on every architecture that .NET runs on under Linux.</summary>
    private const long TicksPerSecond = 100;

    /// <summary>The boot that this process belongs to.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Now, in clock ticks since boot, comparable with field 22 of <c>/proc/PID/stat</c>.</summary>
    /// <returns>The ticks.</returns>
    public static long Ticks()
    {
        Libc.TimeSpec time;
        return Libc.GetClock(BootTime, &time) == 0
            ? (time.Seconds * TicksPerSecond) + (time.Nanoseconds / (1_000_000_000 / TicksPerSecond))
            : throw new IOException($"clock_gettime: {Libc.Describe(Libc.LastError)}");
    }
}
