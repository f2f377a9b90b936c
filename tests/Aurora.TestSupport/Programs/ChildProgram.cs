using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Aurora.TestSupport.Programs;

/// <summary>
/// A program that a test started and owns: its output is kept, lines can be waited for, and it is ended by its own process id. What it started
/// in turn is left alone, because that is what the tests are about.
/// </summary>
public sealed partial class ChildProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly List<string> lines = [];
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> waits = [];

    private ChildProgram(Process process) => this.process = process;

    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process.HasExited;

    /// <summary>Its exit code, once it has ended; 128 + n for signal n.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>Everything that it wrote so far, stdout and stderr in the order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', lines);
            }
        }
    }

    /// <summary>Starts a program.</summary>
    public static ChildProgram Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProgram(process);
        process.OutputDataReceived += (_, e) => child.Take(e.Data);
        process.ErrorDataReceived += (_, e) => child.Take(e.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for a line that was or will be written.</summary>
    public async Task<Match> WaitForLineAsync(string pattern, TimeSpan timeout)
    {
        var regex = new Regex(pattern);
        var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            foreach (var line in lines)
            {
                if (regex.Match(line) is { Success: true } match)
                {
                    return match;
                }
            }

            waits.Add((regex, found));
        }

        var ended = process.WaitForExitAsync();
        if (await Task.WhenAny(found.Task, ended, Task.Delay(timeout)) != found.Task && !found.Task.IsCompleted)
        {
            throw new TimeoutException($"'{process.StartInfo.FileName}' did not write a line like /{pattern}/ in {timeout.TotalSeconds} s"
                + $"{(process.HasExited ? $" and ended with {process.ExitCode}" : "")}. It wrote:\n{Output}");
        }

        return await found.Task;
    }

    /// <summary>Waits for its end and its whole output.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"'{process.StartInfo.FileName}' ({process.Id}) still runs after {timeout.TotalSeconds} s. It wrote:\n{Output}");
        }

        return process.ExitCode;
    }

    /// <summary><c>kill -9</c>: the program gets no chance to do anything, and what it started goes on.</summary>
    public async Task KillHardAsync()
    {
        Signal(9);
        await WaitForExitAsync(TimeSpan.FromSeconds(10));
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => Signal(15);

    /// <summary>As Ctrl-C does (SIGINT).</summary>
    public void Interrupt() => Signal(2);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Signal(9);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Signal(int signal)
    {
        if (!process.HasExited && Kill(process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"kill({process.Id}, {signal}) failed: {Marshal.GetLastPInvokeError()}");
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            lines.Add(line);
            foreach (var (pattern, found) in waits)
            {
                if (pattern.Match(line) is { Success: true } match)
                {
                    found.TrySetResult(match);
                }
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int pid, int signal);
}
