using Aurora.Core.Configuration;
using Aurora.Core.Messages;

namespace Aurora.Worker.Health;

/// <summary>Decides how a task's health is looked at, if at all (aurora-spec sections 2.7 and 3.7).</summary>
internal static class HealthCheckPlan
{
    /// <summary>The port that HTTP checks ask.</summary>
    public const string PortName = "health";

    /// <summary>Decides. A shell check wins over an HTTP check, which needs a port named <c>health</c>.</summary>
    /// <param name="launch">The task.</param>
    /// <param name="portIsBound">Whether the task has a port of a name, directly or by an alias.</param>
    /// <returns>The check; null when the task is not checked, and is RUNNING at once.</returns>
    public static HealthCheck? Of(LaunchTask launch, Func<string, bool> portIsBound)
    {
        var config = launch.HealthCheckConfig;
        var (interval, timeout) = (HealthCheck.IntervalOf(config), HealthCheck.TimeoutOf(config));
        return config.HealthChecker switch
        {
            { Shell: { } shell } => new HealthCheck.Shell(shell.ShellCommand, interval, timeout),
            { Http: { } http } when portIsBound(PortName) => new HealthCheck.Http(http.Endpoint, http.ExpectedResponse, http.ExpectedResponseCode, interval, timeout),
            _ => null,
        };
    }
}
