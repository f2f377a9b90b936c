using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>What a task of one role sees of a task of another.</summary>
public sealed class RolesApart
{
    [Fact]
    public async Task ATaskReadsNothingOfAnotherRolesTask()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Two roles need root.");
        await using var bench = await StartAsync();
        var secret = bench.TaskPath("theirs", "sandbox", "secret");
        var log = bench.TaskPath("theirs", "logs", "p", "0", "stdout");
        await bench.SendAsync(bench.TaskOf("theirs", OtherRole, Process("p", $"umask 0; echo hidden > secret; echo logged; cat {secret} {log} > own; sleep 300")));
        await UntilAsync(() => bench.Has("theirs", "own") && new FileInfo(bench.TaskPath("theirs", "sandbox", "own")).Length > 0, "their own role has read both by their absolute paths");

        await bench.SendAsync(bench.Task("ours", Process("p", $"cat {secret}; cat {log}; ls {bench.TaskPath("theirs", "sandbox")}; echo x >> {secret}; exit 0")));
        await bench.WaitAsync("ours", TaskState.Finished);

        Assert.Equal("hidden\nlogged\n", await File.ReadAllTextAsync(bench.TaskPath("theirs", "sandbox", "own")));
        Assert.Equal("", await bench.LogAsync("ours", "stdout"));
        Assert.Equal(4, (await bench.LogAsync("ours", "stderr")).Split('\n').Count(line => line.Contains(bench.TaskId("theirs").Value, StringComparison.Ordinal) && line.Contains("Permission denied", StringComparison.Ordinal)));
        Assert.Equal("hidden\n", await File.ReadAllTextAsync(secret));
    }
}
