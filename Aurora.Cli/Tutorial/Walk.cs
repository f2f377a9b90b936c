using Aurora.Cli.Dev;
using Aurora.Client.Jobs;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Cli.Tutorial;

/// <summary>
/// The tutorial's steps. Each command is parsed and run by the same code as when somebody types it; what it answers is shown, and checked: a step that does not
/// come out as the tutorial says ends it with exit code 4.
/// </summary>
internal sealed class Walk(CliContext context, TutorialFolder folder, DevCluster cluster)
{
    private const string Key = "devcluster/www-data/devel/hello_world";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(12);

    /// <summary>Walks.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            Introduce();
            await CreateAsync(stop).ConfigureAwait(false);
            await SeeItFailAsync(stop).ConfigureAwait(false);
            Correct();
            await UpdateAsync(stop).ConfigureAwait(false);
            await SeeItRunAsync(stop).ConfigureAwait(false);
            await KillAsync(stop).ConfigureAwait(false);
            Say("That was the tutorial: a job created, seen failing, corrected, updated and killed.");
            return ExitCodes.Ok;
        }
        catch (UnexpectedOutcomeException e)
        {
            context.Error.WriteLine($"ERROR] The tutorial did not go as it should: {e.Message}");
            return ExitCodes.CommandFailure;
        }
    }

    private void Introduce()
    {
        Say($"Aurora's tutorial, on a cluster of its own in {folder.Path}. Its pages: {cluster.WebAddress}");
        if (!Environment.IsPrivilegedProcess)
        {
            Say($"Only root may run processes as other users: here every role, also www-data, runs as {Environment.UserName}.");
        }

        Say("A script prints the time every few seconds. It has a bug, on purpose:");
        ShowFile(folder.Script);
        Say("A job file says how Aurora gets and runs it:");
        ShowFile(folder.JobFile);
    }

    private async Task CreateAsync(CancellationToken stop)
    {
        Say("Create the job:");
        Expect(await TypeAsync(stop, "job", "create", Key, folder.JobFile).ConfigureAwait(false), $"1 new tasks pending for job {Key}");
    }

    private async Task SeeItFailAsync(CancellationToken stop)
    {
        Say("See how it does:");
        var failed = await WaitForAsync(TaskState.Failed, stop).ConfigureAwait(false);
        Expect(await TypeAsync(stop, "job", "status", Key).ConfigureAwait(false), "FAILED");
        Say("Oops, the task failed. What did its process write to stderr?");
        var log = await TypeAsync(stop, "task", "log", $"{Key}/0", "--task", failed.TaskId.Value, "--process", "hello_world", "--stream", "stderr").ConfigureAwait(false);
        Expect(log, "NameError: name 'xrang' is not defined");
    }

    private void Correct()
    {
        Say("A typo: range was meant. Correct it:");
        Show($"sed -i s/xrang/range/ {folder.Script}");
        File.WriteAllText(folder.Script, File.ReadAllText(folder.Script).Replace("xrang(", "range(", StringComparison.Ordinal));
    }

    private async Task UpdateAsync(CancellationToken stop)
    {
        Say("Update the job. The update watches the new task for 45 seconds before it calls it good; meanwhile its stdout grows:");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var glances = GlanceAtStdoutAsync(over.Token);
        try
        {
            Expect(await TypeAsync(stop, "update", "start", Key, folder.JobFile, "--wait").ConfigureAwait(false), "ROLLED_FORWARD");
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await glances.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // It was only to be looked at; the walk reads the log itself afterwards.
        }
    }

    private async Task GlanceAtStdoutAsync(CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(Glance, over).ConfigureAwait(false);
            await TypeAsync(over, "task", "log", $"{Key}/0", "--tail", "1").ConfigureAwait(false);
        }
    }

    private async Task SeeItRunAsync(CancellationToken stop)
    {
        Say("This time the task runs:");
        Expect(await TypeAsync(stop, "job", "status", Key).ConfigureAwait(false), "RUNNING");
        Expect(await TypeAsync(stop, "task", "log", $"{Key}/0", "--stream", "stdout", "--tail", "3").ConfigureAwait(false), "Hello world! The time is now:");
    }

    private async Task KillAsync(CancellationToken stop)
    {
        Say("Now that we are done, kill the job:");
        Expect(await TypeAsync(stop, "job", "killall", Key).ConfigureAwait(false), "Tasks killed.");
        Say("Its tasks are over:");
        var status = await TypeAsync(stop, "job", "status", Key).ConfigureAwait(false);
        Expect(status, "Active tasks (0)");
        Expect(status, "KILLED");
    }

    private async Task<TaskSummary> WaitForAsync(TaskState state, CancellationToken stop)
    {
        var client = await context.ConnectAsync("devcluster", stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        var time = context.ClientOptions.Time;
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < Patience;)
        {
            await foreach (var task in client.GetTasksAsync(new TaskQuery(JobPattern.Of(JobKey.Parse(Key))), stop).ConfigureAwait(false))
            {
                if (task.State == state)
                {
                    return task;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, stop).ConfigureAwait(false);
        }

        throw new UnexpectedOutcomeException($"no task of {Key} came to be {state.ToString().ToUpperInvariant()} within {Patience.TotalSeconds:0} s.");
    }

    /// <summary>Runs a command as if it had been typed, and gives what it printed.</summary>
    private async Task<string> TypeAsync(CancellationToken stop, params string[] words)
    {
        Show($"aurora {string.Join(' ', words)}");
        using var output = new TeeWriter(context.Out);
        var code = await CommandLine.RunAsync(context with { Out = output, Error = output }, words, stop).ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
        if (code != ExitCodes.Ok)
        {
            throw new UnexpectedOutcomeException($"'aurora {string.Join(' ', words)}' ended with exit code {code}.");
        }

        if (output.Text is not [.., '\n'])
        {
            context.Out.WriteLine();
        }

        return output.Text;
    }

    private static void Expect(string answer, string expected)
    {
        if (!answer.Contains(expected, StringComparison.Ordinal))
        {
            throw new UnexpectedOutcomeException($"the answer above should hold '{expected}'.");
        }
    }

    private void ShowFile(string path)
    {
        Show($"cat {path}");
        context.Out.WriteLine(File.ReadAllText(path).TrimEnd());
    }

    private void Say(string text) => context.Out.WriteLine($"\n# {text}");

    private void Show(string command) => context.Out.WriteLine($"$ {command}");
}
