using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;
using Aurora.TestSupport;
using Aurora.Worker.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>A worker folder with a launcher on it, which can be left as by a crash and made anew; at the end nothing of it may run any more.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LauncherHarness : ILauncherHarness
{
    private readonly ConcurrentDictionary<ProcessRunKey, bool> _started = new();

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new("launcher");
    private readonly string _task = $"t-{Guid.NewGuid():N}";
    private readonly bool _currentUser;
    private readonly ConcurrentDictionary<ProcessRunKey, TaskCompletionSource<ProcessExit>> _exits = new();

    public LauncherHarness(string? role = null, bool currentUser = false)
    {
        _currentUser = currentUser;
        Role = role ?? OtherUser();
        Work = _folder["work"];
        Directory.CreateDirectory(Work);
        File.SetUnixFileMode(Work, (UnixFileMode)0b111_111_111);
        Launcher = Create();
    }

    public string Role { get; }

    public string Work { get; }

    public string ShimFolder => Path.Combine(_folder.Path, "shims", _currentUser ? RoleAccounts.Current().Name : Role);

    public LinuxProcessLauncher Launcher { get; private set; }

    IProcessLauncher ILauncherHarness.Launcher => Launcher;

    public ConcurrentQueue<ProcessExit> Told { get; } = new();

    /// <summary>As root: a user that is not root, so that becoming it is tested in every test. Otherwise the current one.</summary>
    public static string OtherUser() =>
        Libc.EffectiveUser() != 0 ? RoleAccounts.Current().Name : RoleAccounts.Find("www-data")?.Name ?? "nobody";

    public ProcessRunKey Key(string process = "main", int run = 0) => new(_task, process, run);

    public LaunchRequest Request(ProcessRunKey key, params string[] arguments) => new(
        key, Role, arguments, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, Work, new OutputTarget(LogOf(key, "stdout")), new OutputTarget(LogOf(key, "stderr")));

    public LaunchRequest Shell(ProcessRunKey key, string script) => Request(key, "/bin/bash", "-c", script);

    public LaunchRequest ExitingWith(ProcessRunKey key, int code) => Shell(key, $"exit {code}");

    public LaunchRequest ExitingAtOnce(ProcessRunKey key) => Request(key, "/bin/true");

    public LaunchRequest Waiting(ProcessRunKey key) => Request(key, "/bin/sleep", "1000");

    public LaunchRequest WaitingWithDescendants(ProcessRunKey key) => Shell(key, "bash -c 'sleep 1000 & echo > ready; wait' & wait");

    public LaunchRequest EndingItselfWhenTerminated(ProcessRunKey key, int code) => Shell(key, $"trap 'exit {code}' TERM; echo up > ready; sleep 1000 & wait");

    public string LogOf(ProcessRunKey key, string stream) => Path.Combine(Work, $"{key.Process}.{key.Run}.{stream}");

    public async Task<ProcessIdentity> StartAsync(LaunchRequest request)
    {
        var outcome = await Launcher.LaunchAsync(request, TestContext.Current.CancellationToken);
        Assert.Null(outcome.Fault);
        Assert.NotNull(outcome.StartedAt);
        _started[request.Key] = true;
        return outcome.Identity!;
    }

    public async Task<ProcessExit> RunAsync(LaunchRequest request)
    {
        await StartAsync(request);
        return await ExitOf(request.Key);
    }

    public Task<ProcessExit> ExitOf(ProcessRunKey key) => Pending(key).Task.WaitAsync(Patience);

    public async Task<string> ReadLog(ProcessRunKey key, string stream = "stdout") => await File.ReadAllTextAsync(LogOf(key, stream));

    /// <summary>Waits until a process has written a file in the work folder, and reads it.</summary>
    public Task<string> FileAsync(string name) => Eventually.GetAsync(
        $"the file {name} to be written", Patience,
        async () => File.Exists(Path.Combine(Work, name)) && await File.ReadAllTextAsync(Path.Combine(Work, name)) is { } text && text.EndsWith('\n') ? text.Trim() : null);

    public async Task<int> PidFileAsync(string name) => int.Parse(await FileAsync(name), CultureInfo.InvariantCulture);

    /// <summary>Leaves the launcher as a crash does, and makes another one on the same folder.</summary>
    public async Task<IReadOnlyList<RecoveredRun>> CrashAndRecoverAsync()
    {
        await LeaveAsync();
        Told.Clear();
        _exits.Clear();
        Launcher = Create();
        return await Launcher.RecoverAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Leaves the launcher as a crash does.</summary>
    public Task LeaveAsync() => Launcher.LeaveAsync();

    /// <summary>Kills the shim and leaves the launcher: as when the machine's user does both at once.</summary>
    public async Task LeaveWithoutShimAsync()
    {
        await LeaveAsync();
        Assert.Equal(0, Libc.Kill(ShimPid(), Libc.Sigkill));
        await Eventually.IsTrueAsync("no shim", Patience, () => !ShimPids().Any());
    }

    /// <summary>The pid of the shim that runs on the folder now.</summary>
    public int ShimPid() => ShimPids().Single();

    public IEnumerable<int> ShimPids() => ProcFs.ReadAll()
        .Where(p => !p.Ended && (ProcFs.ReadText($"/proc/{p.Pid}/cmdline") ?? "").Contains($"--folder\0{ShimFolder}\0", StringComparison.Ordinal))
        .Select(p => p.Pid);

    /// <summary>The living processes that carry this test's marker.</summary>
    public IReadOnlyList<int> Survivors() => [.. ProcFs.ReadAll()
        .Where(p => !p.Ended && (ProcFs.ReadText($"/proc/{p.Pid}/environ") ?? "").Contains($"AURORA_RUN={_task}/", StringComparison.Ordinal))
        .Select(p => p.Pid)];

    public static bool Lives(int pid) => ProcFs.ReadStat(pid) is { Ended: false };

    public static Task GoneAsync(int pid) => Eventually.IsTrueAsync($"process {pid} to be gone", Patience, () => !Lives(pid));

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _started.Keys)
        {
            await Launcher.KillAsync(run, CancellationToken.None).WaitAsync(Patience);
        }

        await Launcher.DisposeAsync();
        await Eventually.IsTrueAsync("the shim to end", Patience, () => !ShimPids().Any());
        var survivors = Survivors();
        foreach (var pid in survivors)
        {
            _ = Libc.Kill(pid, Libc.Sigkill);
        }

        _folder.Dispose();
        Assert.Empty(survivors);
    }

    private TaskCompletionSource<ProcessExit> Pending(ProcessRunKey key) =>
        _exits.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private LinuxProcessLauncher Create()
    {
        var launcher = new LinuxProcessLauncher(
            new LaunchingOptions { Folder = _folder.Path, RunAllRolesAsCurrentUser = _currentUser, AllowRoot = _currentUser }, TimeProvider.System, new TestLogger());
        launcher.Exited += exit =>
        {
            Told.Enqueue(exit);
            Pending(exit.Key).TrySetResult(exit);
        };
        return launcher;
    }
}
