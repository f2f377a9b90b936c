using System.Globalization;
using System.Runtime.InteropServices;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Native;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Agent;

/// <summary>
/// Reads a task's output for others. The role owns the folder that the files are in, and may put anything there while the worker, often root, reads: so every step goes from
/// one open folder to the next without following links, nothing is waited for (a FIFO), and only a regular file is read that belongs to the folder's owner and
/// has no second name elsewhere.
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
        using var file = Open(folder, process.Name, run.ToString(CultureInfo.InvariantCulture), query.Stream);

        // Asked before the length, so that "ended" never comes with an older length than the last one.
        var ended = run < process.Run || !process.IsLive;
        var length = RandomAccess.GetLength(file);
        var offset = Math.Clamp(query.Offset < 0 ? length + query.Offset : query.Offset, 0, length);
        var data = new byte[Math.Min(Math.Min(query.MaxBytes, LargestChunk), length - offset)];
        var read = RandomAccess.Read(file, data, offset);
        return new LogRead(new LogChunk(process.Name, run, query.Stream, offset, read == data.Length ? data : data[..read], length, ended), null);
    }

    private static SafeFileHandle Open(TaskFolder folder, string process, string run, string stream)
    {
        if (!OperatingSystem.IsLinux())
        {
            var path = Path.Combine(folder.RunLogs(process, int.Parse(run, CultureInfo.InvariantCulture)), stream);
            return (File.GetAttributes(path) & FileAttributes.ReparsePoint) == 0
                ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
                : throw new IOException("it is a link");
        }

        using var logs = OpenIn(null, folder.Logs, Libc.Directory);
        using var ofProcess = OpenIn(logs, process, Libc.Directory);
        using var ofRun = OpenIn(ofProcess, run, Libc.Directory);
        var file = OpenIn(ofRun, stream, Libc.NonBlocking);
        var status = Libc.Look((int)file.DangerousGetHandle());
        if (status is { IsRegular: true, Links: 1 } && status.User == Libc.Look((int)ofRun.DangerousGetHandle()).User)
        {
            return file;
        }

        file.Dispose();
        throw new IOException("it is not a regular file of the process's own user with one name");
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static SafeFileHandle OpenIn(SafeFileHandle? folder, string name, int kind)
    {
        var handle = Libc.OpenAt(
            folder is null ? Libc.WorkingDirectory : (int)folder.DangerousGetHandle(), name, Libc.ReadOnly | Libc.NoFollow | Libc.CloseOnExec | kind);
        return handle >= 0 ? new SafeFileHandle(handle, ownsHandle: true) : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    private static LogRead Refuse(string code, string field, string value, string rule) => new(null, new Fault(code, field, value, rule));
}
