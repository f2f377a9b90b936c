using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Aurora.TestSupport.RabbitMq;

/// <summary>One run of a private server: its process and the Erlang shell on its standard input.</summary>
internal sealed class RabbitMqNode
{
    private const int OutputLimit = 64 * 1024;
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EvalTimeout = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly string _pidFile;
    private readonly StringBuilder _output = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _answers = new();
    private int _questions;

    private RabbitMqNode(Process process, string pidFile) => (_process, _pidFile) = (process, pidFile);

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static RabbitMqNode Launch(RabbitMqFolder folder)
    {
        File.Delete(folder.PidFile);
        var start = new ProcessStartInfo("/bin/sh", [folder.At("run.sh"), folder.Installation.Epmd, folder.Installation.ServerScript])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in folder.Environment())
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server's shell did not start.");
        var node = new RabbitMqNode(process, folder.PidFile);
        process.OutputDataReceived += node.OnLine;
        process.ErrorDataReceived += node.OnLine;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return node;
    }

    public async Task<string> EvalAsync(string expression)
    {
        var question = string.Create(CultureInfo.InvariantCulture, $"question-{Interlocked.Increment(ref _questions)}:");
        var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answers[question] = answer;
        await _process.StandardInput.WriteLineAsync($"io:format(\"~n{question}~0p~n\", [catch begin {expression} end]).");
        await _process.StandardInput.FlushAsync();
        return await answer.Task.WaitAsync(EvalTimeout);
    }

    public async Task StopAsync()
    {
        await _process.StandardInput.WriteLineAsync("init:stop().");
        await _process.StandardInput.FlushAsync();
        await EndAsync();
    }

    public async Task KillAsync()
    {
        if (File.Exists(_pidFile) && int.TryParse(await File.ReadAllTextAsync(_pidFile), CultureInfo.InvariantCulture, out var pid))
            KillServer(pid);
        _process.StandardInput.Close();
        await EndAsync();
    }

    private static void KillServer(int pid)
    {
        try
        {
            using var server = Process.GetProcessById(pid);
            server.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    private async Task EndAsync()
    {
        using var limit = new CancellationTokenSource(StopTimeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
            return;
        lock (_output)
        {
            if (_output.Length < OutputLimit)
                _output.AppendLine(text);
        }
        var colon = text.IndexOf(':', StringComparison.Ordinal) + 1;
        if (colon > 0 && _answers.TryRemove(text[..colon], out var answer))
            answer.TrySetResult(text[colon..]);
    }
}
