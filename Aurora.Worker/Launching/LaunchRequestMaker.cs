using Aurora.Core.Configuration.Templates;
using Aurora.Core.Messages;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Launching;

/// <summary>Turns a run of a process into what the launcher is asked for: argument vector, environment, folder and files.</summary>
/// <param name="hostname">What <c>{{mesos.hostname}}</c> is bound to.</param>
/// <param name="shell">The shell, an absolute path.</param>
/// <param name="searchPath">The processes' PATH.</param>
internal sealed class LaunchRequestMaker(string hostname, string shell, string searchPath)
{
    /// <summary>Makes a request. The run's log folder exists.</summary>
    /// <param name="launch">The task.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="account">The user that it runs as.</param>
    /// <param name="process">The process's name.</param>
    /// <param name="run">The run.</param>
    /// <param name="logs">Its log folder.</param>
    /// <returns>The request.</returns>
    public LaunchRequest Make(LaunchTask launch, TaskFolder folder, RoleAccount account, string process, int run, string logs)
    {
        var configured = launch.Task.Processes.First(p => p.Name == process).Cmdline;
        var line = RuntimeTemplates.Bind(configured, launch.Instance, hostname, launch.TaskId.Value);
        var profile = Path.Combine(folder.Sandbox, ".thermos_profile");
        var hasProfile = File.Exists(profile);
        return new LaunchRequest(
            new ProcessRunKey(launch.TaskId.Value, process, run),
            launch.Job.Role,
            (hasProfile ? null : Directly(line, account)) ?? [shell, "-c", line],
            Environment(folder, account, hasProfile ? profile : null),
            folder.Sandbox,
            new OutputTarget(Path.Combine(logs, "stdout")),
            new OutputTarget(Path.Combine(logs, "stderr")));
    }

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
