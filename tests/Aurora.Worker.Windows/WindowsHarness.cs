using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Aurora.Worker.Processes;
using Aurora.Worker.Processes.Windows;
using Aurora.Worker.Tests.Processes;
using Xunit;

namespace Aurora.Worker.Windows;

/// <summary>A worker folder with a launcher on it, which can be left as by a crash and made anew; at the end nothing of it may run any more.</summary>
internal sealed class WindowsHarness : ILauncherHarness
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Command = Path.Combine(Environment.SystemDirectory, "cmd.exe");

    private readonly TemporaryFolder _folder = new("launcher");
    private readonly string _task = $"t-{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<ProcessRunKey, bool> _started = new();
    private readonly ConcurrentDictionary<ProcessRunKey, TaskCompletionSource<ProcessExit>> _exits = new();

    public WindowsHarness()
    {
        Directory.CreateDirectory(Work);
        Launcher = Create();
    }

    public IProcessLauncher Launcher { get; private set; }

    public ConcurrentQueue<ProcessExit> Told { get; } = new();

    public int Many => 100;

    public string Folder => _folder.Path;

    public string Work => _folder["work"];

    public ProcessRunKey Key(string process = "main", int run = 0) => new(_task, process, run);

    public LaunchRequest Request(ProcessRunKey key, params string[] arguments) => new(
        key, Environment.UserName, arguments, new Dictionary<string, string> { ["PATH"] = Environment.SystemDirectory, ["TEMP"] = Path.GetTempPath() }, Work,
        new OutputTarget(LogOf(key, "stdout")), new OutputTarget(LogOf(key, "stderr")))
    {
        Limits = new TaskLimits(1, CpuQuota: false, 4L << 30, 0, 1L << 30, 500),
    };

    public LaunchRequest Child(ProcessRunKey key, params string[] arguments) => Request(key, [Environment.ProcessPath ?? "", "child", .. arguments]);

    public LaunchRequest ExitingWith(ProcessRunKey key, int code) => Request(key, Command, "/d", "/c", "exit", $"{code}");

    public LaunchRequest ExitingAtOnce(ProcessRunKey key) => ExitingWith(key, 0);

    public LaunchRequest Waiting(ProcessRunKey key) => Child(key, "wait");

    public LaunchRequest WaitingWithDescendants(ProcessRunKey key) => Child(key, "tree", "2");

    public LaunchRequest EndingItselfWhenTerminated(ProcessRunKey key, int code) => Child(key, "ask", $"{code}");

    public string LogOf(ProcessRunKey key, string stream) => Path.Combine(Work, $"{key.Process}.{key.Run}.{stream}");

    public async Task<ProcessIdentity> StartAsync(LaunchRequest request)
    {
        _started[request.Key] = true;
        var outcome = await Launcher.LaunchAsync(request, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Fault);
        Assert.NotNull(outcome.StartedAt);
        Assert.NotNull(outcome.Identity);
        return outcome.Identity;
    }

    public async Task<ProcessExit> RunAsync(LaunchRequest request)
    {
        await StartAsync(request);
        return await ExitOf(request.Key);
    }

    public Task<ProcessExit> ExitOf(ProcessRunKey key) => Pending(key).Task.WaitAsync(Patience);

    public Task<string> FileAsync(string name) => Eventually.GetAsync(
        $"the file {name} to be written", Patience,
        async () => File.Exists(Path.Combine(Work, name)) && await ReadAsync(Path.Combine(Work, name)) is { } text && text.EndsWith('\n') ? text.Trim() : null);

    public async Task<IReadOnlyList<RecoveredRun>> CrashAndRecoverAsync()
    {
        // Closes every handle, as the end of the agent's process does; the names of the jobs are then kept by the processes alone.
        await Launcher.DisposeAsync();
        Told.Clear();
        _exits.Clear();
        Launcher = Create();
        return await Launcher.RecoverAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What is in the jobs of the started runs, and the children that wrote their pid and live. Wine puts the host of a run's console into its job; it ends after the run.</summary>
    public IReadOnlyList<int> Survivors()
    {
        using var task = WindowsJob.Open(WindowsJob.NameOf(Folder, _task));
        var written = Directory.Exists(Path.Combine(Work, "pids")) ? Directory.GetFiles(Path.Combine(Work, "pids")).Select(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture)) : [];
        return [.. (task?.Pids() ?? []).Where(pid => NameOf(pid) is not (null or "conhost")).Concat(written.Where(IsChild)).Distinct().Order()];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _started.Keys)
        {
            await Launcher.KillAsync(run, CancellationToken.None).WaitAsync(Patience);
        }

        var survivors = Survivors();
        await Launcher.DisposeAsync();
        foreach (var pid in survivors)
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }

        await Eventually.IsTrueAsync("the folder to be free", Patience, TryDelete);
        Assert.Empty(survivors);
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static bool IsChild(int pid) => NameOf(pid) is { } name && name == Path.GetFileNameWithoutExtension(Environment.ProcessPath);

    /// <summary>The program of a process, or null when it has ended.</summary>
    private static string? NameOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.HasExited ? null : process.ProcessName;
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private bool TryDelete()
    {
        try
        {
            _folder.Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private TaskCompletionSource<ProcessExit> Pending(ProcessRunKey key) =>
        _exits.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private IProcessLauncher Create()
    {
        var launcher = ProcessLaunchers.Create(new LaunchingOptions { Folder = Folder }, TimeProvider.System, new TestLogger());
        launcher.Exited += exit =>
        {
            Told.Enqueue(exit);
            Pending(exit.Key).TrySetResult(exit);
        };
        return launcher;
    }
}
