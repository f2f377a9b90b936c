using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

/// <summary>What every store must do. A store's own test class says only where a fresh database is.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);
    private readonly List<IStore> opened = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await CreateDatabaseAsync();
        Store = Open();
        await Store.MigrateAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in opened)
            await store.DisposeAsync();
        await DropDatabaseAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an empty database for this test, or skips the test.</summary>
    protected abstract Task CreateDatabaseAsync();

    /// <summary>Removes it.</summary>
    protected abstract Task DropDatabaseAsync();

    /// <summary>A new store on the test's database.</summary>
    private protected abstract IStore OpenStore();

    /// <summary>Runs SQL behind the stores' backs.</summary>
    protected abstract Task ExecuteAsync(string sql);

    /// <summary>A migrated store.</summary>
    private protected IStore Store { get; private set; } = null!;

    private protected IStore Open()
    {
        var store = OpenStore();
        opened.Add(store);
        return store;
    }

    private async Task<Lease> LeadAsync(string holder = "broker-1") =>
        await Store.AcquireLeaseAsync(holder, "http://127.0.0.1:1", Long, Stop) ?? throw new InvalidOperationException("Somebody else leads.");

    [Fact]
    public async Task EveryKindOfRow_ReadsBackEqual()
    {
        var lease = await LeadAsync();
        var all = StoreSamples.Everything();
        await Store.CommitAsync(lease.Epoch, all, Stop);
        StoreAssert.Holds(all, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task WhenTheStoreIsReopened_EverythingIsStillThere()
    {
        var lease = await LeadAsync();
        var all = StoreSamples.Everything();
        await Store.CommitAsync(lease.Epoch, all, Stop);
        await Store.DisposeAsync();
        StoreAssert.Holds(all, await Open().LoadAsync(Stop));
    }

    [Fact]
    public async Task AFreshStore_IsEmpty() => StoreAssert.Holds(new StoreChanges(), await Store.LoadAsync(Stop));

    [Fact]
    public async Task RowsWithKnownKeys_AreReplaced()
    {
        var lease = await LeadAsync();
        var before = StoreSamples.Everything();
        await Store.CommitAsync(lease.Epoch, before, Stop);
        var after = before with
        {
            Tasks = [.. before.Tasks.Select(task => StoreSamples.FullTask(task.Instance) with { Id = task.Id, State = task.State })],
            Jobs = [.. before.Jobs.Select(job => job with { ConfigurationId = "b", Instances = 1, CreatedBy = "x", CreatedAt = StoreSamples.Start.AddDays(1) })],
            Workers = [.. before.Workers.Select(worker => StoreSamples.Worker(worker.Id.Value) with { Host = "other", Version = "2" })],
            Updates = [.. before.Updates.Select(update => StoreSamples.Update(update.Id, UpdateStatus.Aborted) with { Message = null, User = "y" })],
            Replies = [.. before.Replies.Select(reply => StoreSamples.Reply() with { CommandId = reply.CommandId })],
            Quotas = [.. before.Quotas.Select(quota => quota with { Quota = new QuotaAmount(1, 2, 3) })],
            Reservations = [.. before.Reservations.Select(kept => kept with { Job = StoreSamples.Job("other"), ConfigurationId = "b", Until = StoreSamples.Start })],
        };
        await Store.CommitAsync(lease.Epoch, after, Stop);
        StoreAssert.Holds(after, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task AConfigurationThatIsThere_StaysAsItIs()
    {
        var lease = await LeadAsync();
        var first = new ConfigurationRecord("c", StoreSamples.Configuration("first"));
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Configurations = [first] }, Stop);
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Configurations = [new("c", StoreSamples.Configuration("second"))] }, Stop);
        StoreAssert.Holds(new StoreChanges { Configurations = [first] }, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task DeletedKeys_AreGone_AndOnlyThose()
    {
        var lease = await LeadAsync();
        var all = StoreSamples.Everything();
        await Store.CommitAsync(lease.Epoch, all, Stop);
        await Store.CommitAsync(lease.Epoch, new StoreChanges
        {
            DeletedTasks = [all.Tasks[0].Id, new TaskId("never-there")],
            DeletedConfigurations = [all.Configurations[0].Id],
            DeletedJobs = [all.Jobs[0].Key],
            DeletedWorkers = [all.Workers[0].Id],
            DeletedUpdates = [all.Updates[0].Id],
            DeletedReplies = [all.Replies[0].CommandId],
            DeletedQuotas = [all.Quotas[0].Role],
            DeletedReservations = [all.Reservations[0].Worker],
        }, Stop);
        var rest = new StoreChanges
        {
            Tasks = [.. all.Tasks.Skip(1)],
            Configurations = [.. all.Configurations.Skip(1)],
            Jobs = [.. all.Jobs.Skip(1)],
            Workers = [.. all.Workers.Skip(1)],
            Updates = [.. all.Updates.Skip(1)],
            Replies = [.. all.Replies.Skip(1)],
            Quotas = [.. all.Quotas.Skip(1)],
            Reservations = [.. all.Reservations.Skip(1)],
        };
        StoreAssert.Holds(rest, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task ABatchThatInsertsReplacesAndDeletes_DoesAllThree()
    {
        var lease = await LeadAsync();
        TaskRecord[] first = [.. Enumerable.Range(0, 600).Select(i => StoreSamples.Task(i))];
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = first }, Stop);
        TaskRecord[] replaced = [.. first.Take(200).Select(task => task with { State = TaskState.Running, Worker = new WorkerId("w") })];
        TaskRecord[] added = [.. Enumerable.Range(600, 200).Select(i => StoreSamples.Task(i))];
        await Store.CommitAsync(
            lease.Epoch, new StoreChanges { Tasks = [.. added, .. replaced], DeletedTasks = [.. first.Skip(400).Select(task => task.Id)] }, Stop);
        StoreAssert.Holds(new StoreChanges { Tasks = [.. replaced, .. first.Skip(200).Take(200), .. added] }, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task AnEmptyBatch_OnlyChecksTheEpoch()
    {
        var lease = await LeadAsync();
        await Store.CommitAsync(lease.Epoch, new StoreChanges(), Stop);
        await Assert.ThrowsAsync<StaleEpochException>(() => Store.CommitAsync(lease.Epoch + 1, new StoreChanges(), Stop));
    }

    [Fact]
    public async Task ABatchWithOneRowThatTheDatabaseRefuses_WritesNothing()
    {
        var lease = await LeadAsync();
        var all = StoreSamples.Everything();
        var twice = all with { Tasks = [.. all.Tasks, StoreSamples.Task(0, TaskState.Running)] };
        await Assert.ThrowsAsync<StoreException>(() => Store.CommitAsync(lease.Epoch, twice, Stop));
        StoreAssert.Holds(new StoreChanges(), await Store.LoadAsync(Stop));
        await Store.CommitAsync(lease.Epoch, all, Stop); // The refusal leaves the store usable.
        StoreAssert.Holds(all, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task AKeyThatIsTooLongOrNotAscii_IsRefusedByName()
    {
        var lease = await LeadAsync();
        var tooLong = await Assert.ThrowsAsync<StoreException>(() =>
            Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = [StoreSamples.Task(id: new string('t', 901))] }, Stop));
        Assert.Contains("task_id", tooLong.Message, StringComparison.Ordinal);
        var odd = await Assert.ThrowsAsync<StoreException>(() =>
            Store.CommitAsync(lease.Epoch, new StoreChanges { Jobs = [StoreSamples.JobRow("zürich")] }, Stop));
        Assert.Contains("name is 'zürich'", odd.Message, StringComparison.Ordinal);
        StoreAssert.Holds(new StoreChanges(), await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task AnInstance_HasAtMostOneActiveAttempt_WhateverItsStateIs()
    {
        var lease = await LeadAsync();
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = [StoreSamples.Task(0, TaskState.Running)] }, Stop);
        foreach (var state in Enum.GetValues<TaskState>())
        {
            var second = new StoreChanges { Tasks = [StoreSamples.Task(0, state)] };
            if (state is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost or TaskState.Deleted)
                await Store.CommitAsync(lease.Epoch, second, Stop);
            else
                await Assert.ThrowsAsync<StoreException>(() => Store.CommitAsync(lease.Epoch, second, Stop));
        }

        // Another instance, and a job whose name differs only by case, are others.
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = [StoreSamples.Task(1), StoreSamples.Task(0, job: "HELLO_WORLD")] }, Stop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnAttemptAndItsReplacement_FitInOneBatch_InAnyOrder(bool replacementFirst)
    {
        var lease = await LeadAsync();
        TaskRecord[] first = [.. Enumerable.Range(0, 50).Select(i => StoreSamples.Task(i, TaskState.Running))];
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = first }, Stop);
        TaskRecord[] ended = [.. first.Select(task => task with { State = TaskState.Failed })];
        TaskRecord[] next = [.. first.Select(task => StoreSamples.Task(task.Instance) with { Ancestor = task.Id })];
        TaskRecord[] batch = replacementFirst ? [.. next, .. ended] : [.. ended, .. next];
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = batch }, Stop);
        StoreAssert.Holds(new StoreChanges { Tasks = batch }, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task AnActiveAttemptThatIsDeleted_MakesRoomInTheSameBatch()
    {
        var lease = await LeadAsync();
        var first = StoreSamples.Task();
        var next = StoreSamples.Task();
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = [first] }, Stop);
        await Store.CommitAsync(lease.Epoch, new StoreChanges { Tasks = [next], DeletedTasks = [first.Id] }, Stop);
        StoreAssert.Holds(new StoreChanges { Tasks = [next] }, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task ABatchThatWasCancelledBeforeItBegan_IsNotWritten()
    {
        var lease = await LeadAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Store.CommitAsync(lease.Epoch, StoreSamples.Everything(), new CancellationToken(canceled: true)));
        StoreAssert.Holds(new StoreChanges(), await Store.LoadAsync(Stop));
    }
}
