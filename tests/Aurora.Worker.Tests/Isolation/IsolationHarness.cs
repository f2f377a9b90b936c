using System.Diagnostics;
using System.Runtime.Versioning;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>An isolation of its own worker, and processes that are brought into its groups; at the end nothing of it is left.</summary>
[SupportedOSPlatform("linux")]
internal sealed class IsolationHarness : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _tasks = [];
    private readonly List<Process> _started = [];
    private readonly ITaskIsolation? _safety;

    /// <param name="make">Makes the isolation.</param>
    /// <param name="safety">Bounds what <paramref name="make"/>'s isolation does not confine, so that a fork bomb stays one of this test.</param>
    public IsolationHarness(Func<IsolationOptions, ITaskIsolation> make, Func<IsolationOptions, ITaskIsolation>? safety = null)
    {
        Isolation = make(Options);
        _safety = safety?.Invoke(Options);
    }

    public IsolationOptions Options { get; } = new() { Parent = $"aurora-test-{Environment.ProcessId}", WorkerName = $"w-{Guid.NewGuid():N}" };

    public ITaskIsolation Isolation { get; }

    public TemporaryFolder Folder { get; } = new("isolation");

    public static TaskLimits Limits(int maxProcesses = 64, long ram = 64L << 20) => new(1, false, ram, 0, 1L << 30, maxProcesses);

    public string Prepare(TaskLimits? limits = null)
    {
        var task = $"t-{Guid.NewGuid():N}";
        lock (_gate)
        {
            _tasks.Add(task);
        }

        Assert.Null(Isolation.Prepare(task, limits ?? Limits()));
        Assert.Null(_safety?.Prepare(task, Limits(64, 256L << 20)));
        return task;
    }

    /// <summary>Starts a script as one of the task's processes: in its group before its first own word, in its own session, with the run's marker.</summary>
    /// <param name="isMarked">False for one that shows no marker until it executes something with <c>$marker</c> in its environment.</param>
    public Process Start(string task, string script, bool isMarked = true)
    {
        var files = (Isolation.EntryOf(task)?.Files ?? []).Concat(_safety?.EntryOf(task)?.Files ?? []);
        var enter = string.Concat(files.Select(f => $"echo $$ > {Path.Combine(Path.GetDirectoryName(f)!, "cgroup.procs")} || exit 99; "));
        var info = new ProcessStartInfo("/usr/bin/setsid", ["/bin/bash", "-c", $"{enter}exec env {(isMarked ? "" : "marker=")}AURORA_RUN={task}/main/0 /bin/bash -c '{script}'"])
        {
            WorkingDirectory = Folder.Path,
            RedirectStandardError = true,
        };
        var process = Process.Start(info)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        _started.Add(process);
        return process;
    }

    public async Task<int> PidInAsync(string file)
    {
        var path = Path.Combine(Folder.Path, file);
        var text = await Eventually.GetAsync($"the file {file}", Patience, () => Task.FromResult(File.Exists(path) && File.ReadAllText(path).EndsWith('\n') ? File.ReadAllText(path) : null));
        return int.Parse(text.Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public static bool Lives(int pid) => ProcFs.ReadStat(pid) is { Ended: false };

    public Task NothingLeftAsync(string task) => Eventually.IsTrueAsync(
        "the task's processes to end", Patience, () => Isolation.Kill(task) == 0 && Isolation.Count(task) == 0, () => $"{Isolation.Count(task)} left");

    public void Dispose()
    {
        foreach (var task in _tasks)
        {
            for (var i = 0; i < 1000 && Isolation.Kill(task) + (_safety?.Kill(task) ?? 0) > 0; i++)
            {
                _ = Libc.Kill(Environment.ProcessId, 0);
            }
        }

        foreach (var process in _started)
        {
            process.WaitForExit(Patience);
            process.Dispose();
        }

        Isolation.RemoveOthers(new HashSet<string>());
        _safety?.RemoveOthers(new HashSet<string>());
        Isolation.Close();
        _safety?.Close();
        Folder.Dispose();
    }
}
