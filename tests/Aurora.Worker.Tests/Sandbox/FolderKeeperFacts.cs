using Aurora.Worker.Sandbox;
using Xunit;

namespace Aurora.Worker.Tests.Sandbox;

public sealed class FolderKeeperFacts : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 10, 0, 0, 0, TimeSpan.Zero);
    private readonly WorkerFolder _folder = new(Directory.CreateTempSubdirectory("aurora-keeper-").FullName);

    public FolderKeeperFacts() => _folder.Create();

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void OnlyRecordedTasksBeyondRetentionOrCountAreRemoved()
    {
        Add("live", null);
        Add("old", Now.AddDays(-2));
        Add("third", Now.AddHours(-3));
        Add("second", Now.AddHours(-2));
        Add("first", Now.AddHours(-1));

        Assert.Equal(2, new FolderKeeper(_folder, new RetentionOptions { Age = TimeSpan.FromDays(1), FailedAge = TimeSpan.FromDays(1), Count = 2 }).RunOnce(Now, default));

        Assert.Equal(["first", "live", "second"], _folder.All().Select(f => Path.GetFileName(f.Path)).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Trash));
    }

    [Fact]
    public void LinksInASandboxAreRemovedAndNotFollowed()
    {
        var outside = Path.Combine(_folder.Path, "outside");
        File.WriteAllText(outside, "stays");
        Add("old", Now.AddDays(-2));
        File.CreateSymbolicLink(Path.Combine(_folder.Tasks, "old", "link"), outside);
        File.CreateSymbolicLink(Path.Combine(_folder.Tasks, "old", "folder"), _folder.Path);

        new FolderKeeper(_folder, new RetentionOptions { Age = TimeSpan.FromDays(1), FailedAge = TimeSpan.FromDays(1), Count = 100 }).RunOnce(Now, default);

        Assert.Equal("stays", File.ReadAllText(outside));
    }

    private void Add(string name, DateTimeOffset? recorded)
    {
        var task = new TaskFolder(Directory.CreateDirectory(Path.Combine(_folder.Tasks, name)).FullName);
        if (recorded is { } at)
        {
            File.WriteAllBytes(task.RecordedMark, []);
            File.SetLastWriteTimeUtc(task.RecordedMark, at.UtcDateTime);
        }
    }
}
