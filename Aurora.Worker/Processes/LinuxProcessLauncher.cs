using System.Collections.Concurrent;
using System.Threading.Channels;
using Aurora.Core.Errors;
using Aurora.Shim;
using Aurora.Shim.Groups;
using Aurora.Shim.Journal;
using Aurora.Shim.Protocol;
using Aurora.Shim.Pumps;
using Aurora.Shim.Runs;
using Aurora.Worker.Isolation;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Processes;

/// <summary>
/// Launches through one shim per role, which is started with the first launch, outlives this agent, and ends itself when nothing is left to do. Weak where
/// the shim is killed: its processes go on and are adopted by the next shim, but how they end is then unknown; and where a task's process has become
/// another user (sudo): it cannot be signalled. An end may be reported before the call that launched the process has returned.
/// </summary>
internal sealed class LinuxProcessLauncher : IProcessLauncher
{
    private readonly LaunchingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RoleAccount _current = RoleAccounts.Current();
    private readonly ShimStarter _starter;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RoleShim> _shims = [];
    private readonly ConcurrentDictionary<RunKey, RoleShim> _runs = new();

    /// <summary>Unbounded: as many ends as launches. Told by whoever reads them from a shim, one after the other; a listener that lags holds up that shim's answers.</summary>
    private readonly Channel<ProcessExit> _exits =
        Channel.CreateUnbounded<ProcessExit>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly Task _telling;

    /// <summary>Makes a launcher; it starts nothing yet.</summary>
    /// <param name="options">The options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="AuroraException">AUR5001: the options are wrong; all faults at once.</exception>
    public LinuxProcessLauncher(LaunchingOptions options, TimeProvider time, ILogger logger)
    {
        if (options.Faults().ToList() is { Count: > 0 } faults)
        {
            throw new AuroraException(faults);
        }

        (_options, _time, _logger) = (options, time, logger);
        _starter = new ShimStarter(options, time, logger);
        _telling = Task.Run(TellAsync);
    }

    /// <inheritdoc/>
    public event Action<ProcessExit>? Exited;

    /// <inheritdoc/>
    public Fault? CheckRole(string role) => RoleRule.Resolve(role, _current, RoleAccounts.Find, _options).Fault;

    /// <inheritdoc/>
    public async Task<LaunchOutcome> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        var (account, fault) = RoleRule.Resolve(request.Role, _current, RoleAccounts.Find, _options);
        fault ??= LaunchRequestRule.Check(request);
        if (account is null || fault is not null)
        {
            return new LaunchOutcome(null, null, fault);
        }

        var key = ToRunKey(request.Key);
        var frame = Encode(key, request);
        if (frame.Length > ProtocolLimits.RequestBytes)
        {
            return Refused(request, $"must not exceed {ProtocolLimits.RequestBytes} bytes with its arguments and environment");
        }

        var shim = ShimOf(account);
        _runs[key] = shim;
        try
        {
            var answer = await shim.SpawnAsync(
                key, number => new ShimRequest(FrameWriter.Renumber(frame, number), request.Group is { } group ? ShimRequest.Open(group.Files) : []), cancellationToken);
            if (answer.Kind == FrameKind.Spawned)
            {
                return new LaunchOutcome(new ProcessIdentity(answer.Text(), answer.Int32(), answer.Int64()), FromUnix(answer.Int64()), null);
            }

            _runs.TryRemove(key, out _);
            return Refused(request, $"could not be started: {answer.Text()}");
        }
        catch (AuroraException exception)
        {
            return Refused(request, $"could not be started: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public Task TerminateAsync(ProcessRunKey key, CancellationToken cancellationToken) =>
        _runs.TryGetValue(ToRunKey(key), out var shim)
            ? shim.SignalAsync(ToRunKey(key), FrameKind.Terminate, cancellationToken)
            : Task.CompletedTask;

    /// <inheritdoc/>
    public Task KillAsync(ProcessRunKey key, CancellationToken cancellationToken) => EndAsync(key, FrameKind.Kill, cancellationToken);

    /// <inheritdoc/>
    public Task CleanUpAsync(ProcessRunKey key, CancellationToken cancellationToken) => EndAsync(key, FrameKind.CleanUp, cancellationToken);

    /// <inheritdoc/>
    public void Forget(ProcessRunKey key)
    {
        if (_runs.TryRemove(ToRunKey(key), out var shim))
        {
            shim.Forget(ToRunKey(key));
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RecoveredRun>> RecoverAsync(CancellationToken cancellationToken)
    {
        var root = ShimsFolder;
        var folders = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        var found = await Task.WhenAll(folders.Select(folder => RecoverAsync(Path.GetFileName(folder), new ShimFolder(folder), cancellationToken)));
        return [.. found.SelectMany(f => f)];
    }

    /// <summary>Ends the shims that have nothing to do, and leaves the others, and what they run, alone.</summary>
    /// <returns>A task that ends when this is done.</returns>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Shims().Select(s => s.EndIfEmptyAsync()));
        await LeaveAsync();
        await _starter.ReapAsync();
    }

    /// <summary>Closes the connections and nothing else, as a crash does.</summary>
    /// <returns>A task that ends when they are closed.</returns>
    internal async Task LeaveAsync()
    {
        await Task.WhenAll(Shims().Select(s => s.DisposeAsync().AsTask()));
        _exits.Writer.TryComplete();
        await _telling;
    }

    private string ShimsFolder => Path.Combine(_options.Folder, "shims");

    private RoleShim[] Shims()
    {
        lock (_gate)
        {
            return [.. _shims.Values];
        }
    }

    private RoleShim ShimOf(RoleAccount account)
    {
        lock (_gate)
        {
            if (!_shims.TryGetValue(account.Name, out var shim))
            {
                var folder = new ShimFolder(Path.Combine(ShimsFolder, account.Name));
                _shims[account.Name] = shim = new RoleShim(account, folder, _starter, _time, _logger, HandOn);
            }

            return shim;
        }
    }

    private async Task<IReadOnlyList<RecoveredRun>> RecoverAsync(string role, ShimFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            using var running = ShimStarter.TryConnect(folder);
            if (running is null && JournalFiles.Peek(folder).Count == 0)
            {
                return [];
            }

            var account = role == _current.Name ? _current : RoleAccounts.Find(role);
            if (account is null)
            {
                Log.RecoveryFailed(_logger, role, "the user does not exist any more");
                return [];
            }

            var shim = ShimOf(account);
            var runs = await shim.RecoverAsync(cancellationToken);
            foreach (var run in runs)
            {
                _runs[run.Key] = shim;
            }

            return [.. runs.Select(ToRecovered)];
        }
        catch (Exception exception) when (exception is AuroraException or IOException or UnauthorizedAccessException)
        {
            Log.RecoveryFailed(_logger, role, exception.Message);
            return [];
        }
    }

    private async Task EndAsync(ProcessRunKey key, FrameKind kind, CancellationToken cancellationToken)
    {
        var run = ToRunKey(key);
        if (!_runs.TryGetValue(run, out var shim))
        {
            return;
        }

        // The shim gives up after a while; what is still there then sits in the kernel or belongs to another user.
        while (await shim.SignalAsync(run, kind, cancellationToken) is var left and > 0)
        {
            Log.KillUnfinished(_logger, run.Marker, left);
        }
    }

    private void HandOn(RunState run) => _exits.Writer.TryWrite(
        ToExit(run.Key, run.End ?? throw new InvalidDataException($"Run {run.Key} has not ended.")) with { LeftNothing = run.LeftNothing });

    private async Task TellAsync()
    {
        await foreach (var exit in _exits.Reader.ReadAllAsync())
        {
            try
            {
                Exited?.Invoke(exit);
            }
            catch (Exception exception)
            {
                // The top of the loop: a listener's fault must not keep the ends of other runs from being heard of.
                Log.ListenerFailed(_logger, exception, $"{exit.Key}");
            }
        }
    }

    private static byte[] Encode(RunKey key, LaunchRequest request)
    {
        // The marker first: it is looked for in /proc/PID/environ.
        List<string> environment = [$"{RunKey.MarkerVariable}={key.Marker}"];
        environment.AddRange(request.Environment.Where(e => e.Key != RunKey.MarkerVariable).Select(e => $"{e.Key}={e.Value}"));
        var (output, error) = (Plan(request.StandardOutput), Plan(request.StandardError));
        var options = new SpawnOptions
        {
            Way = request.Group?.Way switch { null => GroupWay.None, GroupEntryWay.Child => GroupWay.Child, _ => GroupWay.SpawningThread },
            Descriptors = request.Group?.Files.Count ?? 0,
            Output = output,
            Error = error is not null && error.File == output?.File ? null : error,
            MaxProcesses = request.Group is null ? request.Limits?.MaxProcesses ?? 0 : 0,
        };
        return SpawnCommand.Write(
            0,
            key,
            (request.WorkingDirectory, output?.Fifo ?? PlainPath(request.StandardOutput), error?.Fifo ?? PlainPath(request.StandardError)),
            request.Arguments,
            environment,
            options);
    }

    private static PumpPlan? Plan(OutputTarget target) =>
        target is { File: { } file, IsPumped: true } ? new PumpPlan(file, target.Copy, target.RotateAt ?? 0, target.Backups) : null;

    /// <summary>A copy of nothing is a plain file.</summary>
    private static string PlainPath(OutputTarget target) => target.File ?? target.Copy ?? "/dev/null";

    private static LaunchOutcome Refused(LaunchRequest request, string rule) =>
        new(null, null, new Fault(ErrorCodes.LaunchFailed, "process", request.Key.Process, rule));

    private static RunKey ToRunKey(ProcessRunKey key) => new(key.TaskId, key.Process, key.Run);

    private static ProcessExit ToExit(RunKey key, RunEnd end) =>
        new(new ProcessRunKey(key.Task, key.Process, key.Run), end.ExitCode, end.Signal, FromUnix(end.EndedAt))
        {
            Usage = end.Use is { } use ? new RunUsage(use.CpuMicroseconds / 1e6, use.PeakKib * 1024) : null,
        };

    private static RecoveredRun ToRecovered(RunState run) => new(
        new ProcessRunKey(run.Key.Task, run.Key.Process, run.Key.Run),
        new ProcessIdentity(run.BootId ?? "", run.Pid, run.StartTime),
        FromUnix(run.StartedAt),
        run.End is { } end ? ToExit(run.Key, end) : null);

    private static DateTimeOffset FromUnix(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
