using System.Diagnostics;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;
using static Aurora.Worker.Tests.Agent.WorkerBench;

namespace Aurora.Worker.Tests.Agent;

/// <summary>What others may read of a task, and what a job cannot trick the worker into giving out.</summary>
public sealed class ReadingLogs
{
    [Fact]
    public async Task ChunksAreBoundedAndNegativeOffsetsCountFromTheEnd()
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "head -c 2000000 /dev/zero; printf end")));
        await bench.WaitAsync("t1", TaskState.Finished);

        var all = await bench.AskAsync<LogRead>(new ReadLog(bench.TaskId("t1"), "p", 0, "stdout", 0, int.MaxValue));
        Assert.Equal(1024 * 1024, all.Chunk!.Data.Length);
        Assert.Equal(2_000_003, all.Chunk.Length);
        Assert.True(all.Chunk.Ended);
        var tail = await bench.AskAsync<LogRead>(new ReadLog(bench.TaskId("t1"), null, null, "stdout", -3, 100));
        Assert.Equal("end"u8.ToArray(), tail.Chunk!.Data);
        Assert.Equal(2_000_000, tail.Chunk.Offset);
    }

    [Theory]
    [InlineData("rm stdout && ln -s /etc/shadow stdout")]
    [InlineData("rm stdout && mkfifo stdout")]
    [InlineData("rm stdout && mkdir stdout")]
    [InlineData("echo mine > ../../../sandbox/x; rm stdout && ln ../../../sandbox/x stdout")]
    public async Task WhatAJobPutsInPlaceOfItsLog_IsNotRead(string trick)
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", $"cd {bench.TaskPath("t1", "logs", "p", "0")} && {trick}")));
        await bench.WaitAsync("t1", TaskState.Finished);

        Assert.StartsWith("AUR2006", await bench.LogAsync("t1", "stdout"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileOfAnotherOwnerInPlaceOfALog_IsNotRead()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Files of two users need root.");
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "true")));
        await bench.WaitAsync("t1", TaskState.Finished);
        File.Delete(bench.TaskPath("t1", "logs", "p", "0", "stdout"));
        await File.WriteAllTextAsync(bench.TaskPath("t1", "logs", "p", "0", "stdout"), "root's own");

        Assert.StartsWith("AUR2006", await bench.LogAsync("t1", "stdout"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../etc", 0, "stdout", "AUR2006 process")]
    [InlineData("p", 7, "stdout", "AUR2006 run is '7'")]
    [InlineData("p", -1, "stdout", "AUR2006 run is '-1'")]
    [InlineData("p", 0, "../stdout", "AUR1202 stream")]
    public async Task WhatIsNoLog_IsRefusedByName(string process, int run, string stream, string expected)
    {
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "true")));
        await bench.WaitAsync("t1", TaskState.Finished);

        var read = await bench.AskAsync<LogRead>(new ReadLog(bench.TaskId("t1"), process, run, stream, 0, 10));

        Assert.StartsWith(expected, $"{read.Fault!.Code} {read.Fault}", StringComparison.Ordinal);
        Assert.Equal("AUR2005", (await bench.AskAsync<LogRead>(new ReadLog(bench.TaskId("other"), null, null, "stdout", 0, 10))).Fault?.Code);
    }

    [Fact]
    public async Task AnotherRoleReadsNothingAndTheRoleItselfCannotTouchTheCheckpoint()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Two users need root.");
        await using var bench = await StartAsync();
        await bench.SendAsync(bench.Task("t1", Process("p", "echo secret > secret; echo logged")));
        await bench.WaitAsync("t1", TaskState.Finished);

        Assert.NotEqual(0, await RunAsAsync(OtherRole, $"cat {bench.TaskPath("t1", "sandbox", "secret")}"));
        Assert.NotEqual(0, await RunAsAsync(OtherRole, $"cat {bench.TaskPath("t1", "logs", "p", "0", "stdout")}"));
        Assert.Equal(0, await RunAsAsync(Role, $"grep -q secret {bench.TaskPath("t1", "sandbox", "secret")} && grep -q logged {bench.TaskPath("t1", "logs", "p", "0", "stdout")}"));
        foreach (var forbidden in new[] { $"cat {bench.TaskPath("t1", "checkpoint.jsonl")}", $"mv {bench.TaskPath("t1", "sandbox")} {bench.TaskPath("t1", "away")}", $"ls {bench.TaskPath("t1")}", $"mv {bench.TaskPath("t1", "logs", "p")} {bench.TaskPath("t1", "logs", "q")}" })
        {
            Assert.NotEqual(0, await RunAsAsync(Role, forbidden));
        }
    }

    private static async Task<int> RunAsAsync(string user, string command)
    {
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo("setpriv", ["--reuid", user, "--regid", "nogroup", "--clear-groups", "sh", "-c", command]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
