using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Aurora.Core.Errors;
using Aurora.Worker.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// Launches into Job Objects: one per task, with its limits, and one per run nested in it. A process inherits handles to both, so their names live as long as it does, and a later agent
/// opens them by name. Weak where a run ends while no agent is there: nobody holds its process then, and its code is reported as unknown; and what such a run left behind can only be
/// found again when it inherited handles itself. No <c>KILL_ON_JOB_CLOSE</c>: processes outlive the agent.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsProcessLauncher : IProcessLauncher
{
    /// <summary>What a killed process ends with: 128 and the number of SIGKILL, as shells say it, since Windows has no signals.</summary>
    public const int KilledCode = 137;

    private static readonly TimeSpan KillPause = TimeSpan.FromMilliseconds(10);
    private const int KillPatience = 10;

    private readonly LaunchingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WindowsRunFiles _files;
    private readonly WindowsRunStarter _starter;
    private readonly ConcurrentDictionary<ProcessRunKey, WindowsRun> _runs = new();

    /// <summary>Unbounded: as many ends as launches, and a listener that lags must not hold up the watching.</summary>
    private readonly Channel<ProcessExit> _exits = Channel.CreateUnbounded<ProcessExit>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _telling;

    /// <summary>Makes a launcher; it starts nothing yet.</summary>
    /// <param name="options">The options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="AuroraException">AUR5001: the options are wrong; all faults at once.</exception>
    public WindowsProcessLauncher(LaunchingOptions options, TimeProvider time, ILogger logger)
    {
        if (options.Faults().ToList() is { Count: > 0 } faults)
        {
            throw new AuroraException(faults);
        }

        (_options, _time, _logger) = (options, time, logger);
        _files = new WindowsRunFiles(Path.Combine(options.Folder, "runs"));
        _starter = new WindowsRunStarter(options.Folder, _files, logger);
        _telling = Task.Run(TellAsync);
    }

    /// <inheritdoc/>
    public event Action<ProcessExit>? Exited;

    /// <inheritdoc/>
    public Fault? CheckRole(string role) => WindowsRoleRule.Check(role, Environment.UserName, _options.RunAllRolesAsCurrentUser);

    /// <inheritdoc/>
    public async Task<LaunchOutcome> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        if ((CheckRole(request.Role) ?? LaunchRequestRule.Check(request) ?? WindowsRequestRule.Check(request)) is { } fault)
        {
            return new LaunchOutcome(null, null, fault);
        }

        var run = _runs.GetOrAdd(request.Key, key => new WindowsRun(key));
        Task<LaunchOutcome> launch;
        lock (run.Gate)
        {
            // A recovered run has a process and no launch.
            launch = run.Launch ??= run.Record.Pid != 0
                ? Task.FromResult(new LaunchOutcome(run.Record.Identity, run.Record.StartedAt, null))
                : Task.Run(() => Start(run, request), CancellationToken.None);
        }

        return await launch.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task TerminateAsync(ProcessRunKey key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is not { } run)
        {
            return;
        }

        // While the handle is open, the pid belongs to this process and to no other. It may end on its own meanwhile.
        SafeProcessHandle process;
        var held = false;
        lock (run.Gate)
        {
            if (!run.Lives || run.Process is not { } living)
            {
                return;
            }

            process = living;
            process.DangerousAddRef(ref held);
            run.Stop?.Set();
        }

        try
        {
            if (await WindowsStop.SendBreakAsync(run.Record.Pid, cancellationToken) is { } reason && run.Lives)
            {
                Log.BreakNotSent(_logger, key, reason);
            }
        }
        finally
        {
            process.DangerousRelease();
        }
    }

    /// <inheritdoc/>
    public async Task KillAsync(ProcessRunKey key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is not { } run)
        {
            return;
        }

        var started = _time.GetTimestamp();
        var warnAfter = KillPatience;
        while (KillOnce(run) is var left and > 0)
        {
            await Task.Delay(KillPause, _time, cancellationToken);
            if (_time.GetElapsedTime(started).TotalSeconds > warnAfter)
            {
                Log.KillUnfinished(_logger, key, left, warnAfter);
                warnAfter += KillPatience;
            }
        }
    }

    /// <inheritdoc/>
    public async Task CleanUpAsync(ProcessRunKey key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is { Lives: false })
        {
            await KillAsync(key, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Forget(ProcessRunKey key)
    {
        if (!_runs.TryGetValue(key, out var run) || run.Record.Stage != WindowsRunStage.Ended)
        {
            return;
        }

        try
        {
            _files.Delete(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RecordNotWritten(_logger, key, e.Message);
        }

        _runs.TryRemove(key, out _);
        run.Dispose();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecoveredRun>> RecoverAsync(CancellationToken cancellationToken) => Task.Run<IReadOnlyList<RecoveredRun>>(
        () =>
        {
            List<RecoveredRun> found = [];
            foreach (var record in _files.ReadAll((path, reason) => Log.RecordUnreadable(_logger, path, reason)))
            {
                if (_starter.Recover(record, _time.GetUtcNow()) is { } run)
                {
                    _runs[record.Key] = run;
                    found.Add(new RecoveredRun(record.Key, run.Record.Identity, run.Record.StartedAt, run.Record.Exit));
                    Watch(run);
                }
            }

            return found;
        },
        cancellationToken);

    /// <summary>Lets go of everything; what runs goes on.</summary>
    /// <returns>A task that ends when this is done.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var run in _runs.Values)
        {
            run.Dispose();
        }

        _exits.Writer.TryComplete();
        await _telling;
    }

    private LaunchOutcome Start(WindowsRun run, LaunchRequest request)
    {
        var fault = _starter.Start(run, request);
        if (fault is not null)
        {
            _runs.TryRemove(request.Key, out _);
            run.Dispose();
            return new LaunchOutcome(null, null, fault);
        }

        Watch(run);
        return new LaunchOutcome(run.Record.Identity, run.Record.StartedAt, null);
    }

    private void Watch(WindowsRun run)
    {
        lock (run.Gate)
        {
            if (run.Record.Stage != WindowsRunStage.Ended)
            {
                run.Watch(Ended);
            }
        }
    }

    private void Ended(WindowsRun run)
    {
        run.Record = WindowsRunStarter.EndOf(run, _time.GetUtcNow());
        try
        {
            _files.Write(run.Record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RecordNotWritten(_logger, run.Record.Key, e.Message);
        }

        _exits.Writer.TryWrite(run.Record.Exit ?? throw new InvalidDataException($"Run {run.Record.Key} has not ended."));
    }

    /// <summary>A run of which the launch is over, if it is known.</summary>
    private async Task<WindowsRun?> FindAsync(ProcessRunKey key, CancellationToken cancellationToken)
    {
        if (!_runs.TryGetValue(key, out var run))
        {
            return null;
        }

        if (run.Launch is { } launch)
        {
            await launch.WaitAsync(cancellationToken);
        }

        return run;
    }

    /// <returns>How many processes were there when it was tried.</returns>
    private static int KillOnce(WindowsRun run)
    {
        lock (run.Gate)
        {
            if (run.Job is { Handle.IsClosed: false } job)
            {
                var left = job.Count();
                if (left > 0)
                {
                    job.Terminate(KilledCode);
                }

                return left;
            }

            // Without its job only the process itself can be ended, by its handle.
            if (run.Lives && run.Process is { } process)
            {
                WindowsKernel.TerminateProcess(process, KilledCode);
                return 1;
            }

            return 0;
        }
    }

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
                Log.ListenerFailed(_logger, exception, exit.Key);
            }
        }
    }
}
