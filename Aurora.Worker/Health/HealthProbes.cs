using Aurora.Worker.Launching;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Health;

/// <summary>Makes the checkers of all tasks of one agent, and hands the ends of their commands to them.</summary>
/// <param name="launcher">Runs shell checks.</param>
/// <param name="requests">Says what a shell check is.</param>
/// <param name="time">The clock.</param>
internal sealed class HealthProbes(IProcessLauncher launcher, LaunchRequestMaker requests, TimeProvider time)
{
    private readonly HealthExits _exits = new(launcher.Forget);

    /// <summary>Takes the end of a check's command.</summary>
    /// <param name="exit">The end.</param>
    /// <returns>Whether it was a check's that somebody waits for.</returns>
    public bool Take(ProcessExit exit) => _exits.Take(exit);

    /// <summary>Begins to check a task.</summary>
    /// <param name="check">What to check.</param>
    /// <param name="setting">What the task's runs share.</param>
    /// <param name="told">Told of each check; returns at once.</param>
    /// <returns>The running checker.</returns>
    public HealthChecker Start(HealthCheck check, TaskSetting setting, Action<bool, string?> told)
    {
        IHealthProbe probe = check switch
        {
            HealthCheck.Shell shell => new ShellHealthProbe(
                launcher, _exits, run => requests.MakeHealthCheck(setting, shell.CommandLine, run), shell.Timeout, time),
            HealthCheck.Http http => new HttpHealthProbe(setting.Ports[HealthCheckPlan.PortName], http, time),
            _ => throw new InvalidOperationException($"There is no probe for {check}."),
        };
        var checker = new HealthChecker(probe, check.Interval, time, setting.Folder.Sandbox, told);
        checker.Start();
        return checker;
    }
}
