using System.ComponentModel;
using System.Runtime.Versioning;
using Aurora.Core.Errors;
using Aurora.Worker.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// Starts a run in steps, each recorded before the next, and finds out after a crash which step it had come to. A process is in its jobs before its first instruction. Weak between
/// the making of a process and its coming into the jobs: an agent that dies just there leaves a process that never runs.
/// </summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="files">The records.</param>
/// <param name="logger">The log.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRunStarter(string folder, WindowsRunFiles files, ILogger logger)
{
    private const uint LookWaitAndTerminate = 0x1000 | 0x100000 | 0x1;

    private readonly string _boot = WindowsBoot.Id();

    /// <summary>Whether this system nests jobs; Windows does since version 8. Found out with the first launch.</summary>
    private volatile bool _nests = true;

    /// <summary>Starts the process of a run.</summary>
    /// <param name="run">The run; it then has its process and jobs.</param>
    /// <param name="request">What to run.</param>
    /// <returns>Why it could not be started, or null.</returns>
    public Fault? Start(WindowsRun run, LaunchRequest request)
    {
        try
        {
            files.Write(run.Record);
            run.Job = WindowsJob.Create(JobName(request.Key));
            run.TaskJob = WindowsJob.Create(TaskJobName(request.Key));
            run.Stop = WindowsStop.Create(StopName(request.Key));
            using var made = Make(run, WithStop(request), run.Stop.SafeWaitHandle);
            run.Process = made.Process;
            Record(run, run.Record with
            {
                Stage = WindowsRunStage.Created,
                BootId = _boot,
                Pid = made.Pid,
                CreatedAt = made.CreatedAt,
                StartedAt = new DateTimeOffset(DateTime.FromFileTimeUtc(made.CreatedAt)),
            });
            made.Resume();
            Record(run, run.Record with { Stage = WindowsRunStage.Started });
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            run.Job?.Terminate(WindowsProcessLauncher.KilledCode);
            DeleteRecord(request.Key);
            return new Fault(ErrorCodes.LaunchFailed, "process", request.Key.Process, $"could not be started: {e.Message}");
        }
    }

    /// <summary>Finds a run again that an earlier agent recorded.</summary>
    /// <param name="record">Its record.</param>
    /// <param name="now">The time at which it counts as found gone.</param>
    /// <returns>The run; null when it was never started.</returns>
    public WindowsRun? Recover(WindowsRunRecord record, DateTimeOffset now)
    {
        var run = new WindowsRun(record.Key)
        {
            Record = record,
            Job = WindowsJob.Open(JobName(record.Key)),
            TaskJob = WindowsJob.Open(TaskJobName(record.Key)),
            Stop = WindowsStop.Open(StopName(record.Key)),
        };
        switch (record.Stage)
        {
            case WindowsRunStage.Intended:
                run.Job?.Terminate(WindowsProcessLauncher.KilledCode);
                run.Dispose();
                DeleteRecord(record.Key);
                return null;

            case WindowsRunStage.Ended:
                return run;

            default:
                run.Process = Open(record);
                if (record.Stage == WindowsRunStage.Created && run.Process is { } halted)
                {
                    // It may have been let run or not, and to start it again might run it twice: it ends here, and how far it came is not known.
                    run.Job?.Terminate(WindowsProcessLauncher.KilledCode);
                    WindowsKernel.TerminateProcess(halted, WindowsProcessLauncher.KilledCode);
                    End(run, record with { Stage = WindowsRunStage.Ended, EndedAt = now });
                }
                else if (!run.Lives)
                {
                    End(run, EndOf(run, now));
                }

                return run;
        }
    }

    /// <summary>The record of a run whose process has ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The time at which it counts as found gone, when nothing says when it ended.</param>
    /// <returns>The record; without a code when nobody holds the process any more.</returns>
    public static WindowsRunRecord EndOf(WindowsRun run, DateTimeOffset now)
    {
        var ended = run.Record with { Stage = WindowsRunStage.Ended, EndedAt = now };
        if (run.Process is not { } process || !WindowsKernel.ExitCode(process, out var code))
        {
            return ended;
        }

        return ended with
        {
            ExitCode = unchecked((int)code),
            EndedAt = WindowsKernel.ProcessTimes(process, out _, out var at, out _, out _) && at > 0 ? new DateTimeOffset(DateTime.FromFileTimeUtc(at)) : now,
            Usage = run.Job?.Usage(),
        };
    }

    private SuspendedProcess Make(WindowsRun run, LaunchRequest request, SafeWaitHandle stop)
    {
        var job = run.Job ?? throw new InvalidOperationException($"Run {request.Key} has no job.");
        if (run.TaskJob is { } task && _nests)
        {
            Limit(task, request);
            var made = WindowsStarter.Create(request, [job, task], stop);
            if (!task.Assign(made.Process))
            {
                throw Refuse(made);
            }

            if (job.Assign(made.Process))
            {
                return made;
            }

            _ = Refuse(made);
            _nests = false;
            Log.NoNesting(logger);
        }

        run.TaskJob?.Dispose();
        run.TaskJob = null;
        Limit(job, request);
        var single = WindowsStarter.Create(request, [job], stop);
        return job.Assign(single.Process) ? single : throw Refuse(single);
    }

    private void Limit(WindowsJob job, LaunchRequest request)
    {
        foreach (var refused in request.Limits is { } limits ? job.Limit(limits) : [])
        {
            Log.NotLimited(logger, request.Key.TaskId, refused);
        }
    }

    private void Record(WindowsRun run, WindowsRunRecord record)
    {
        files.Write(record);
        run.Record = record;
    }

    private void End(WindowsRun run, WindowsRunRecord record)
    {
        run.Record = record;
        try
        {
            files.Write(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RecordNotWritten(logger, record.Key, e.Message);
        }
    }

    private void DeleteRecord(ProcessRunKey key)
    {
        try
        {
            files.Delete(key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RecordNotWritten(logger, key, e.Message);
        }
    }

    private LaunchRequest WithStop(LaunchRequest request) => request with
    {
        Environment = new Dictionary<string, string>(request.Environment) { [WindowsStop.Variable] = StopName(request.Key) },
    };

    private string StopName(ProcessRunKey key) => WindowsJob.NameOf(folder, key.TaskId, key.Process, $"{key.Run}", "stop");

    private string JobName(ProcessRunKey key) => WindowsJob.NameOf(folder, key.TaskId, key.Process, $"{key.Run}");

    private string TaskJobName(ProcessRunKey key) => WindowsJob.NameOf(folder, key.TaskId);

    // A process that never ran is ended, and what the system said is kept.
    private static Win32Exception Refuse(SuspendedProcess made)
    {
        var refusal = new Win32Exception();
        WindowsKernel.TerminateProcess(made.Process, WindowsProcessLauncher.KilledCode);
        made.Process.Dispose();
        made.Dispose();
        return refusal;
    }

    /// <summary>Opens the very process of the record; null when its pid is nobody's, or another one's, by now.</summary>
    private static SafeProcessHandle? Open(WindowsRunRecord record)
    {
        var process = WindowsKernel.OpenProcess(LookWaitAndTerminate, false, record.Pid);
        if (!process.IsInvalid && WindowsKernel.ProcessTimes(process, out var created, out _, out _, out _) && created == record.CreatedAt)
        {
            return process;
        }

        process.Dispose();
        return null;
    }
}
