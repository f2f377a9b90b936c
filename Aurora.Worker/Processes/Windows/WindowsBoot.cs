using System.Runtime.Versioning;
using Microsoft.Win32;

namespace Aurora.Worker.Processes.Windows;

/// <summary>Tells one boot of Windows from another.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsBoot
{
    private const string Parameters = @"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters";

    /// <summary>
    /// The number of this boot, as the system counts them; where it does not (Wine), always the same: a pid with the moment of its creation, to 100 ns, is not used again across boots either.
    /// The boot's time is not used: it moves when the clock is set.
    /// </summary>
    /// <returns>The id.</returns>
    public static string Id() => Registry.GetValue(Parameters, "BootId", null) is int number ? $"windows-{number}" : "windows";
}
