using Aurora.Core.Configuration;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Launching;

/// <summary>Decides where a run's streams go (aurora-spec section 2.4). Pure.</summary>
internal static class OutputTargets
{
    /// <summary>
    /// <c>file</c>: the run's own folder. <c>console</c>: the task's, which all its processes share, as an executor's console was. <c>both</c>: both; only the run's own file
    /// is rotated then. <c>none</c>: nowhere.
    /// </summary>
    /// <param name="logger">The process's logger; it wins entirely over the worker's default.</param>
    /// <param name="runFolder">The run's log folder.</param>
    /// <param name="consoleFolder">The task's console folder.</param>
    /// <param name="stream"><c>stdout</c> or <c>stderr</c>.</param>
    /// <returns>The target.</returns>
    public static OutputTarget Of(LoggerConfiguration logger, string runFolder, string consoleFolder, string stream)
    {
        var console = Path.Combine(consoleFolder, stream);
        return logger.Destination switch
        {
            "none" => OutputTarget.Nowhere,
            "console" => new OutputTarget(console),
            "both" => Rotated(new OutputTarget(Path.Combine(runFolder, stream)) { Copy = console }, logger),
            _ => Rotated(new OutputTarget(Path.Combine(runFolder, stream)), logger),
        };
    }

    private static OutputTarget Rotated(OutputTarget target, LoggerConfiguration logger)
    {
        if (logger.Mode != "rotate")
        {
            return target;
        }

        var policy = logger.Rotate ?? new RotatePolicyConfiguration();
        return target with { RotateAt = policy.LogSize, Backups = policy.Backups };
    }
}
