using Aurora.Worker.Processes.Windows;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Processes;

/// <summary>Makes the launcher of the system that this worker runs on.</summary>
internal static class ProcessLaunchers
{
    /// <summary>Makes a launcher; it starts nothing yet.</summary>
    /// <param name="options">The options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <returns>The launcher.</returns>
    /// <exception cref="Core.Errors.AuroraException">AUR5001: the options are wrong; all faults at once.</exception>
    public static IProcessLauncher Create(LaunchingOptions options, TimeProvider time, ILogger logger) => OperatingSystem.IsWindows()
        ? new WindowsProcessLauncher(options, time, logger)
        : new LinuxProcessLauncher(options, time, logger);
}
