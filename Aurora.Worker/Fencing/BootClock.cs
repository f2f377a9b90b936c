using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Aurora.Worker.Fencing;

/// <summary>The time since the machine's boot, with what it was suspended for: nobody can set it, an agent's restart does not reset it, and a machine that slept knows that it did.</summary>
internal static partial class BootClock
{
    private const int BootTime = 7; // CLOCK_BOOTTIME

    /// <summary>The time since boot.</summary>
    /// <returns>The time.</returns>
    public static TimeSpan Now() => OperatingSystem.IsLinux() ? OfLinux() : TimeSpan.FromMilliseconds(Environment.TickCount64); // Windows counts suspended time in it.

    [SupportedOSPlatform("linux")]
    private static TimeSpan OfLinux()
    {
        if (GetTime(BootTime, out var time) != 0)
        {
            throw new InvalidOperationException($"The time since boot cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeValue time);

    /// <summary>struct timespec on 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct TimeValue
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
