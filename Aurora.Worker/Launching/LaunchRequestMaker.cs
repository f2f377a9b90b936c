using Aurora.Core.Configuration;
using Aurora.Core.Configuration.Templates;
using Aurora.Core.Messages;
using Aurora.Worker.Health;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Launching;

/// <summary>Turns a run of a process into what the launcher is asked for: argument vector, environment, folder and files.</summary>
/// <param name="hostname">What <c>{{mesos.hostname}}</c> is bound to.</param>
/// <param name="shell">The shell, an absolute path.</param>
/// <param name="searchPath">The processes' PATH.</param>
/// <param name="logger">Where the output of processes goes that do not say so themselves.</param>
internal sealed class LaunchRequestMaker(string hostname, string shell, string searchPath, LoggerConfiguration logger)
{
    /// <summary>Fills in where the output goes of processes that do not say so: on disk with the task, so that a later agent, and whoever reads the output, knows as well.</summary>
    /// <param name="launch">The order as it came.</param>
    /// <returns>The order as it is run.</returns>
    public LaunchTask WithDefaults(LaunchTask launch) =>
        launch with { Task = launch.Task with { Processes = [.. launch.Task.Processes.Select(p => p.Logger is null ? p with { Logger = logger } : p)] } };

    /// <summary>Makes the request for a run of a process. The run's log folder exists.</summary>
    /// <param name="setting">The task.</param>
    /// <param name="process">The process's name.</param>
    /// <param name="run">The run.</param>
    /// <param name="logs">Its log folder.</param>
    /// <returns>The request.</returns>
    public LaunchRequest Make(TaskSetting setting, string process, int run, string logs)
    {
        var configured = setting.Launch.Task.Processes.First(p => p.Name == process);
        var line = Bind(setting, configured.Cmdline);
        var profile = Profile(setting.Folder);
        var arguments = (profile is null ? Directly(line, setting.Account) : null) ?? ByShell(line);
        return Request(
            setting,
            new ProcessRunKey(setting.Launch.TaskId.Value, process, run),
            arguments,
            profile,
            stream => OutputTargets.Of(configured.Logger ?? logger, logs, setting.Folder.Console, stream));
    }

    /// <summary>Makes the request for a shell health check (aurora-spec section 3.7): as the role, in the sandbox, its output dropped.</summary>
    /// <param name="setting">The task.</param>
    /// <param name="command">The configured command.</param>
    /// <param name="run">The check's number.</param>
    /// <returns>The request.</returns>
    public LaunchRequest MakeHealthCheck(TaskSetting setting, string command, int run) => Request(
        setting,
        new ProcessRunKey(setting.Launch.TaskId.Value, HealthExits.ProcessName, run),
        ByShell(Bind(setting, command)),
        Profile(setting.Folder),
        _ => OutputTarget.Nowhere);

    private LaunchRequest Request(
        TaskSetting setting, ProcessRunKey key, IReadOnlyList<string> arguments, string? profile, Func<string, OutputTarget> target) => new(
        key,
        setting.Launch.Job.Role,
        arguments,
        Environment(setting.Folder, setting.Account, profile),
        setting.Folder.Sandbox,
        target("stdout"),
        target("stderr"))
    {
        Group = setting.Group,
        Limits = setting.Limits,
    };

    // cmd.exe: no start-up commands from the registry, and the line exactly as it is.
    private IReadOnlyList<string> ByShell(string line) =>
        shell.EndsWith("cmd.exe", StringComparison.OrdinalIgnoreCase) ? [shell, "/d", "/s", "/c", line] : [shell, "-c", line];

    private string Bind(TaskSetting setting, string text) =>
        RuntimeTemplates.Bind(text, setting.Launch.Instance, hostname, setting.Launch.TaskId.Value, setting.Ports);

    private static string? Profile(TaskFolder folder) => Path.Combine(folder.Sandbox, ".thermos_profile") is var profile && File.Exists(profile) ? profile : null;

    private IReadOnlyList<string>? Directly(string line, RoleAccount account) =>
        CommandLine.Split(line) is { } words && ExecutableSearch.Find(words[0], searchPath, account) is { } program ? [program, .. words.Skip(1)] : null;

    // Exactly Thermos's four (aurora-spec section 3.5). No LANG: what a job prints must not depend on who started the worker.
    private SortedDictionary<string, string> Environment(TaskFolder folder, RoleAccount account, string? profile)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = folder.Sandbox,
            ["LOGNAME"] = account.Name,
            ["PATH"] = searchPath,
            ["USER"] = account.Name,
        };
        if (profile is not null)
        {
            environment["BASH_ENV"] = profile;
        }

        return environment;
    }
}
