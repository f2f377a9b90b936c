using System.Globalization;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;

namespace Aurora.Worker.Agent;

/// <summary>
/// Reads a task's output for others. The role owns the folder that the files are in and may put anything there while the worker reads: see <see cref="SafeFolder"/>. Files are
/// rotated while they are read: see <see cref="RotatedLog"/>. What goes to the console is one file of the whole task, whatever the run.
/// </summary>
internal static class LogReader
{
    /// <summary>The most bytes given at once.</summary>
    public const int LargestChunk = 1024 * 1024;

    /// <summary>Reads.</summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="folder">The task's folder.</param>
    /// <param name="plan">How far the task has come.</param>
    /// <returns>A chunk, or why there is none (AUR2006, AUR1202).</returns>
    public static LogRead Read(ReadLog query, TaskFolder folder, TaskPlan plan)
    {
        if (query.Stream is not ("stdout" or "stderr"))
        {
            return Refuse(ErrorCodes.InvalidArgument, "stream", query.Stream, "must be stdout or stderr");
        }

        if (query.MaxBytes < 1)
        {
            return Refuse(ErrorCodes.InvalidArgument, "max_bytes", $"{query.MaxBytes}", "must be greater than 0");
        }

        var (process, fault) = Choose(query, plan);
        if (process is null || fault is not null)
        {
            return new LogRead(null, fault);
        }

        if (process.Configuration.Logger?.Destination == "none")
        {
            return Refuse(ErrorCodes.LogNotFound, "process", process.Name, "has no log, because the destination of its logger is 'none'");
        }

        var run = query.Run ?? process.Run;
        if (run < 0 || run > process.Run)
        {
            return Refuse(
                ErrorCodes.LogNotFound, "run", $"{run}", process.Run < 0 ? $"process '{process.Name}' has not been started" : $"process '{process.Name}' has the runs 0 to {process.Run}");
        }

        try
        {
            return ReadFile(query, folder, process, run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse(ErrorCodes.LogNotFound, query.Stream, $"{process.Name}/{run}", $"cannot be read: {e.Message}");
        }
    }

    // Without a name: the last one that failed, otherwise the last one that was started. That is what somebody who looks wants to see first.
    private static (ProcessProgress? Process, Fault? Fault) Choose(ReadLog query, TaskPlan plan)
    {
        if (query.Process is { } name)
        {
            return plan.Processes.FirstOrDefault(p => p.Name == name) is { } named
                ? (named, null)
                : (null, new Fault(ErrorCodes.LogNotFound, "process", name, $"must be one of {string.Join(", ", plan.Processes.Select(p => p.Name))}"));
        }

        var failed = plan.Processes.Where(p => p.State == ProcessState.Failed).MaxBy(p => p.EndedAt);
        var chosen = failed ?? plan.Processes.Where(p => p.Run >= 0).MaxBy(p => p.StartedAt);
        return chosen is null ? (null, new Fault(ErrorCodes.LogNotFound, "process", "", "no process of the task has been started yet")) : (chosen, null);
    }

    private static LogRead ReadFile(ReadLog query, TaskFolder folder, ProcessProgress process, int run)
    {
        // Asked before the length, so that "ended" never comes with an older length than the last one.
        var ended = run < process.Run || !process.IsLive;
        var (ofRun, refusal) = process.Configuration.Logger?.Destination == "console" ? SafeFolder.Open(folder.Console) : OpenRun(folder, process.Name, run);
        using (ofRun)
        {
            (var slice, refusal) = ofRun is null ? (null, refusal) : RotatedLog.Read(ofRun, query.Stream, query.Offset, Math.Min(query.MaxBytes, LargestChunk), ended);
            return slice is null
                ? Refuse(ErrorCodes.LogNotFound, query.Stream, $"{process.Name}/{run}", $"cannot be read: it {refusal}")
                : new LogRead(new LogChunk(process.Name, run, query.Stream, slice.Offset, slice.Data, slice.Length, ended), null);
        }
    }

    private static (SafeFolder? Folder, string? Refusal) OpenRun(TaskFolder folder, string process, int run)
    {
        var (logs, refusal) = SafeFolder.Open(folder.Logs);
        using (logs)
        {
            (var ofProcess, refusal) = logs is null ? (null, refusal) : logs.Enter(process);
            using (ofProcess)
            {
                // The run's folder is the role's, those above are the worker's.
                return ofProcess is null ? (null, refusal) : ofProcess.Enter(run.ToString(CultureInfo.InvariantCulture), ofAnyone: true);
            }
        }
    }

    private static LogRead Refuse(string code, string field, string value, string rule) => new(null, new Fault(code, field, value, rule));
}
