using Aurora.EndToEnd.Surfaces;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;

namespace Aurora.EndToEnd.Clusters;

/// <summary>
/// A running installation of the built programs, and what a test does to it from outside: submit, look, kill -9, restart. Each test has its own.
/// </summary>
public abstract class Cluster : IAsyncDisposable
{
    /// <summary>How long anything may take that normally takes a second or two; the machines are small and run other tests.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new("e2e");
    private static int number;

    protected Cluster()
    {
        Name = $"e2e{Environment.ProcessId}x{Interlocked.Increment(ref number)}";
        Directory.CreateDirectory(ConfigurationRoot);
        Environments = new Dictionary<string, string>
        {
            ["AURORA_CONFIG_ROOT"] = ConfigurationRoot,
            ["HOME"] = ConfigurationRoot,
            ["DOTNET_TieredPGO"] = "0",
        };
        Directory.CreateDirectory(Shared);
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(Shared, (UnixFileMode)0b111_111_111);
        }
    }

    /// <summary>The cluster's name, the first part of its job keys; unique, so that tests run side by side.</summary>
    public string Name { get; }

    /// <summary>Where everything of it lies.</summary>
    public string Folder => folder.Path;

    /// <summary>A folder that every role may write to, where jobs leave traces of what they did.</summary>
    public string Shared => folder["shared"];

    /// <summary>The folder of its clusters.json; one for all clusters of the run, since the module reads it in the test's own process.</summary>
    public static string ConfigurationRoot { get; } = Path.Combine(Path.GetTempPath(), $"aurora-e2e-config-{Environment.ProcessId}");

    /// <summary>The role that its jobs run as.</summary>
    public static string Role { get; } = Environment.IsPrivilegedProcess ? "www-data" : Environment.UserName;

    /// <summary>What its programs find in their environment.</summary>
    protected IReadOnlyDictionary<string, string> Environments { get; }

    /// <summary>The command line.</summary>
    internal Cli Cli => new(Environments);

    /// <summary>A job key of this cluster.</summary>
    public string Key(string name) => $"{Name}/{Role}/test/{name}";

    /// <summary>Starts everything and waits until a worker is registered.</summary>
    public abstract Task StartAsync();

    /// <summary>kill -9 of the broker.</summary>
    public abstract Task KillBrokerAsync();

    /// <summary>Starts the broker again.</summary>
    public abstract Task StartBrokerAsync();

    /// <summary>kill -9 of the worker agent that runs the only task.</summary>
    public abstract Task KillWorkersAsync();

    /// <summary>Starts the worker agents again.</summary>
    public abstract Task StartWorkersAsync();

    /// <summary>Lets a worker join that is larger than the others.</summary>
    public abstract Task AddLargeWorkerAsync();

    /// <summary>Writes a job file.</summary>
    public string JobFileOf(string name, string yaml)
    {
        var path = Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}.yaml");
        File.WriteAllText(path, $"cluster: {Name}\nrole: {Role}\nenvironment: test\nname: {name}\n{yaml}");
        return path;
    }

    /// <summary>A one-process job.</summary>
    public string JobFile(string name, string cmdline, double cpu = 0.1, bool service = false, int instances = 1, string more = "") =>
        JobFileOf(name, $$"""
            service: {{(service ? "true" : "false")}}
            instances: {{instances}}
            {{more}}
            task:
              processes:
              - name: main
                cmdline: {{System.Text.Json.JsonSerializer.Serialize(cmdline)}}
                min_duration: 1
              resources: {cpu: {{System.FormattableString.Invariant($"{cpu}")}}, ram: 16MB, disk: 16MB}
            """);

    /// <summary>The tutorial's job file and script, for this cluster and role; watched for 2 s instead of 45 s.</summary>
    public (string File, string Script) TutorialFiles()
    {
        var source = Path.Combine(BuildOutput.Root, "examples", "hello_world");
        var (file, script) = (Path.Combine(Folder, "hello_world.aurora"), Path.Combine(Folder, "hello_world.py"));
        File.Copy(Path.Combine(source, "hello_world.py"), script);
        File.WriteAllText(file, File.ReadAllText(Path.Combine(source, "hello_world.aurora"))
            .Replace("devcluster", Name, StringComparison.Ordinal)
            .Replace("www-data", Role, StringComparison.Ordinal)
            .Replace("task = hello_world_task)", "task = hello_world_task, update_config = UpdateConfig(watch_secs = 2))", StringComparison.Ordinal));
        return (file, script);
    }

    /// <summary>The lines of a trace that jobs append to; empty when there is none yet.</summary>
    public string[] Trace(string name) => File.Exists(Path.Combine(Shared, name)) ? File.ReadAllLines(Path.Combine(Shared, name)) : [];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Assert.Empty(Processes.Mentioning(Folder));
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends everything, tasks included.</summary>
    protected abstract Task StopAsync();
}
