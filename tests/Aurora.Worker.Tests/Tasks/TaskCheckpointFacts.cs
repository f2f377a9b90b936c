using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;
using Xunit;

namespace Aurora.Worker.Tests.Tasks;

public sealed class TaskCheckpointFacts : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TaskFolder _folder = new(Directory.CreateTempSubdirectory("aurora-checkpoint-").FullName);

    private static readonly PlanEvent[] Facts =
    [
        new PlanEvent.SandboxMade(At),
        new PlanEvent.RunForked(At, "p", 0),
        new PlanEvent.RunStarted(At, "p", 0, new ProcessIdentity("boot", 12, 34)),
        new PlanEvent.RunEnded(At, "p", 0, null, 15),
        new PlanEvent.RunForked(At.AddSeconds(9), "p", 1),
        new PlanEvent.RunNotStarted(At.AddSeconds(9), "p", 1, "AUR4003", "no 'such' \"file\"\nreally"),
    ];

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void WhatWasWritten_IsReplayedToTheSameState()
    {
        var plan = Write(Facts);

        var read = TaskCheckpoint.Read(_folder);

        Assert.Null(read.Fault);
        Assert.Equal(plan.Changes, read.Plan!.Changes);
        Assert.Equal(plan.Processes.Select(p => p with { Configuration = Definition.Launch.Task.Processes[0] }), read.Plan.Processes.Select(p => p with { Configuration = Definition.Launch.Task.Processes[0] }));
        Assert.Equal("t1", read.Definition!.Launch.TaskId.Value);
    }

    [Fact]
    public void CutAnywhere_TheCheckpointIsRepairedToItsWholeLinesAndGoesOn()
    {
        Write(Facts);
        var whole = File.ReadAllBytes(_folder.Checkpoint);
        for (var length = whole.Length; length >= 0; length--)
        {
            File.WriteAllBytes(_folder.Checkpoint, whole[..length]);
            var lines = whole.AsSpan(0, length).Count((byte)'\n');

            var read = TaskCheckpoint.Read(_folder);

            Assert.Null(read.Fault);
            Assert.Equal(Replayed(lines).Changes, read.Plan!.Changes);
            foreach (var fact in Facts.Skip(lines))
            {
                TaskCheckpoint.Append(_folder, [fact]);
            }

            Assert.Equal(whole, File.ReadAllBytes(_folder.Checkpoint));
        }
    }

    [Fact]
    public void ALineThatDoesNotFollow_MakesTheTaskUnreadableAndSaysWhichLine()
    {
        Write(Facts[..2]);
        TaskCheckpoint.Append(_folder, [Facts[0]]);

        Assert.Equal("line 3 of checkpoint.jsonl does not follow from the lines before it", TaskCheckpoint.Read(_folder).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"version\":99}")]
    [InlineData("{\"version\":1,\"accepted_at\":\"2026-01-01T00:00:00Z\",\"boot_id\":\"b\",\"launch\":{}}")]
    public void ADefinitionThatCannotBeRead_IsAFaultAndNoException(string text)
    {
        File.WriteAllText(_folder.Definition, text);

        Assert.NotNull(TaskCheckpoint.Read(_folder).Fault);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData(".logs", false)]
    [InlineData("a/b", false)]
    [InlineData("a\0b", false)]
    [InlineData("hello world", true)]
    public void ProcessNamesInPathsAreChecked(string name, bool isSafe)
    {
        Assert.Equal(isSafe, TaskFolder.IsSafeName(name));
        Assert.False(TaskFolder.IsSafeName(new string('x', 256)));
        if (!isSafe)
        {
            Assert.Throws<ArgumentException>(() => _folder.RunLogs(name, 0));
        }
    }

    [Fact]
    public void ALongTaskId_StillHasItsOwnFolder()
    {
        var first = TaskFolder.NameOf(new TaskId(new string('x', 1000)));
        var second = TaskFolder.NameOf(new TaskId(new string('x', 999)));

        Assert.NotEqual(first, second);
        Assert.True(first.Length <= 255);
    }

    private static TaskDefinition Definition { get; } = new(
        TaskDefinition.CurrentVersion,
        At,
        "boot",
        new LaunchTask(
            new TaskId("t1"),
            new JobKey("c", "r", "devel", "n"),
            0,
            new TaskConfiguration
            {
                Name = "t",
                Processes = [new ProcessConfiguration { Name = "p", Cmdline = "x", MinDuration = 5 }],
                Resources = new ResourceGrant { Cpu = 1, Ram = 1, Disk = 1 },
            }));

    private TaskPlan Write(IReadOnlyList<PlanEvent> facts)
    {
        TaskCheckpoint.WriteDefinition(_folder, Definition);
        TaskCheckpoint.Append(_folder, facts);
        return Replayed(facts.Count);
    }

    private static TaskPlan Replayed(int facts) =>
        Facts.Take(facts).Aggregate(TaskPlan.Begin(Definition.Launch.Task, At), (plan, fact) => plan.Apply(fact) ?? throw new InvalidOperationException($"{fact}"));
}
