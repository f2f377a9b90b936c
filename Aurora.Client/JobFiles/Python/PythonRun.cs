using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Aurora.Client.JobFiles.Python;

/// <summary>
/// One run of python: text in, answer out, within bounds of time and output. Whatever happens, the process and its group are gone when this returns.
/// </summary>
internal sealed class PythonRun
{
    /// <summary>The most that the answer, and what the file prints, may each come to, in bytes.</summary>
    public const int MaximumOutput = 32 * 1024 * 1024;

    private const int KeptOutput = 64 * 1024;
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly CancellationTokenSource stop;
    private readonly ArrayBufferWriter<byte> answer = new();
    private readonly ArrayBufferWriter<byte> printed = new();
    private volatile bool overflowed;

    private PythonRun(Process process, CancellationTokenSource stop)
    {
        this.process = process;
        this.stop = stop;
    }

    /// <summary>Runs <paramref name="program"/> with <paramref name="input"/> on its standard input.</summary>
    /// <exception cref="Core.Errors.AuroraException">AUR1003 when the interpreter cannot be started.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<PythonOutcome> RunAsync(
        string interpreter, string program, byte[] input, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeLimit = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeLimit.Token, cancellationToken);
        using var process = Start(interpreter, program);
        var run = new PythonRun(process, stop);
        var inTime = await run.CompleteAsync(input).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var end = inTime ? PythonEnd.Exited : run.overflowed ? PythonEnd.TooMuchOutput : PythonEnd.TimedOut;
        return new(end, inTime ? process.ExitCode : -1, inTime ? run.answer.WrittenSpan.ToArray() : [], run.Printed());
    }

    private static Process Start(string interpreter, string program)
    {
        // -I: neither the caller's PYTHON* variables nor the current folder decide what our modules import.
        var start = new ProcessStartInfo(interpreter, ["-I", "-X", "utf8", "-c", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            return Process.Start(start)!; // null only with UseShellExecute
        }
        catch (Win32Exception e)
        {
            throw PythonInterpreter.Missing($"'{interpreter}' cannot be started ({e.Message})");
        }
    }

    /// <summary>Feeds and reads the process to its end. False when it had to be ended.</summary>
    private async Task<bool> CompleteAsync(byte[] input)
    {
        // The three pipes at once: a process that blocks on one of them would never come to the others.
        var errors = ReadAsync(process.StandardError.BaseStream, printed, KeptOutput);
        var answers = ReadAsync(process.StandardOutput.BaseStream, answer, MaximumOutput);
        var feeding = FeedAsync(input);
        try
        {
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            await answers.WaitAsync(stop.Token).ConfigureAwait(false);
            await feeding.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            ProcessGroup.Kill(process);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return false;
        }
        finally
        {
            // A child that the file left behind may hold the pipe open; what it still prints is nobody's concern.
            await Task.WhenAny(errors, Task.Delay(DrainTime, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private async Task FeedAsync(byte[] input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, stop.Token).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; its exit code says more than the broken pipe.
        }
    }

    private async Task ReadAsync(Stream from, ArrayBufferWriter<byte> into, int kept)
    {
        var buffer = new byte[32 * 1024];
        long total = 0;
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false)) > 0)
            {
                lock (into)
                {
                    into.Write(buffer.AsSpan(0, Math.Min(read, kept - into.WrittenCount)));
                }

                if ((total += read) > MaximumOutput)
                {
                    overflowed = true;
                    await stop.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process was disposed of while a child of the file still held the pipe.
        }
    }

    private string Printed()
    {
        lock (printed)
        {
            return Encoding.UTF8.GetString(printed.WrittenSpan);
        }
    }
}
