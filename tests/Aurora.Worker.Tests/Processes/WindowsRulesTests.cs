using Aurora.Core.Errors;
using Aurora.TestSupport;
using Aurora.Worker.Processes;
using Aurora.Worker.Processes.Windows;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>What a worker on Windows accepts, and what it remembers; none of it needs Windows.</summary>
public sealed class WindowsRulesTests
{
    [Theory]
    [InlineData("alice", false, null)]
    [InlineData("ALICE", false, null)]
    [InlineData("bob", false, ErrorCodes.RoleRefused)]
    [InlineData("bob", true, null)]
    [InlineData("a/b", true, ErrorCodes.RoleUnknown)]
    public void OnlyTheWorkersOwnUserIsARole(string role, bool all, string? code) => Assert.Equal(code, WindowsRoleRule.Check(role, "Alice", all)?.Code);

    [Fact]
    public void RotatedAndCopiedStreams_AreRefusedByName()
    {
        Assert.Null(WindowsRequestRule.Check(Request(@"C:\p.exe")));
        Assert.Equal(("logger", ErrorCodes.LaunchFailed), FieldAndCode(Request(@"C:\p.exe") with { StandardOutput = new OutputTarget("/o") { RotateAt = 1, Backups = 1 } }));
        Assert.Equal(("logger", ErrorCodes.LaunchFailed), FieldAndCode(Request(@"C:\p.exe") with { StandardError = new OutputTarget("/o") { Copy = "/c" } }));
    }

    [Fact]
    public void ACommandLineThatWindowsCannotTake_IsRefusedWithItsLength()
    {
        Assert.Null(WindowsRequestRule.Check(Request("p", new string('a', 32_762))));
        Assert.Equal("arguments", FieldAndCode(Request("p", new string('a', 32_763))).Field);
        Assert.Equal("arguments[0]", FieldAndCode(Request("a\"b")).Field);
    }

    [Fact]
    public void ARecordIsReadAsItWasWritten_UntilItIsDeleted()
    {
        using var folder = new TemporaryFolder("runs");
        var files = new WindowsRunFiles(folder["runs"]);
        var first = new WindowsRunRecord("task", "a/b ü", 0, WindowsRunStage.Intended);
        var second = new WindowsRunRecord("task", "main", 1, WindowsRunStage.Started) { BootId = "b", Pid = 7, CreatedAt = 133_000_000_000_000_001, StartedAt = DateTimeOffset.UnixEpoch };
        var ended = second with { Stage = WindowsRunStage.Ended, ExitCode = -1073741510, EndedAt = DateTimeOffset.UnixEpoch.AddTicks(1), Usage = new RunUsage(1.5, 3) };
        files.Write(first);
        files.Write(second);
        files.Write(ended);
        Assert.Equal([first, ended], Read(files).OrderBy(r => r.Run));
        Assert.Equal(new ProcessExit(ended.Key, -1073741510, null, ended.EndedAt) { Usage = ended.Usage }, ended.Exit);
        files.Delete(first.Key);
        files.Delete(first.Key);
        Assert.Equal([ended], Read(files));
    }

    [Fact]
    public void ARecordThatCannotBeRead_IsNamed_AndTheOthersAreRead()
    {
        using var folder = new TemporaryFolder("runs");
        var files = new WindowsRunFiles(folder.Path);
        var record = new WindowsRunRecord("task", "main", 0, WindowsRunStage.Intended);
        files.Write(record);
        File.WriteAllText(folder["torn.json"], "{\"task\":");
        List<string> faults = [];
        Assert.Equal([record], files.ReadAll((path, _) => faults.Add(path)));
        Assert.Equal([folder["torn.json"]], faults);
    }

    private static IReadOnlyList<WindowsRunRecord> Read(WindowsRunFiles files) => files.ReadAll((path, reason) => Assert.Fail($"{path}: {reason}"));

    private static (string? Field, string? Code) FieldAndCode(LaunchRequest request) => (WindowsRequestRule.Check(request)?.Field, WindowsRequestRule.Check(request)?.Code);

    private static LaunchRequest Request(params string[] arguments) => new(
        new ProcessRunKey("task", "main", 0), "alice", arguments, new Dictionary<string, string>(), "/work", new OutputTarget("/o"), OutputTarget.Nowhere);
}
