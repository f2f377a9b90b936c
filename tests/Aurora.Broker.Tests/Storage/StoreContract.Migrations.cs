using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public abstract partial class StoreContract
{
    [Fact]
    public async Task MigratingAgain_ChangesNothing()
    {
        var lease = await LeadAsync();
        var all = StoreSamples.Everything();
        await Store.CommitAsync(lease.Epoch, all, Stop);
        await Store.MigrateAsync(Stop);
        await Open().MigrateAsync(Stop);
        StoreAssert.Holds(all, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task ADatabaseOfTheReleaseBefore_GetsItsNewColumns_AndKeepsItsRows()
    {
        var lease = await LeadAsync();
        var all = StoreSamples.Everything();
        await Store.CommitAsync(lease.Epoch, all, Stop);
        await Store.DisposeAsync();
        await ExecuteAsync("ALTER TABLE tasks DROP COLUMN ports");
        await ExecuteAsync("ALTER TABLE tasks DROP COLUMN resource_usage");
        foreach (var column in new[] { "port_count", "maintenance_mode", "drain" })
            await ExecuteAsync($"ALTER TABLE workers DROP COLUMN {column}");
        await ExecuteAsync("DROP TABLE quotas");
        await ExecuteAsync("DROP TABLE reservations");
        await ExecuteAsync("DELETE FROM schema_migrations WHERE number > 1");

        var newer = Open();
        await newer.MigrateAsync(Stop);

        StoreAssert.Holds(
            all with
            {
                Tasks = [.. all.Tasks.Select(task => task with { Ports = TaskRecord.NoPorts, Usage = null })],
                Workers = [.. all.Workers.Select(worker => worker with { PortCount = null, Mode = MaintenanceMode.None, Drain = null })],
                Quotas = [],
                Reservations = [],
            }, await newer.LoadAsync(Stop));
    }

    [Fact]
    public async Task SeveralBrokersThatMigrateAnEmptyDatabaseTogether_AllSucceed()
    {
        await DropDatabaseAsync();
        await CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Open()).Select(store => Task.Run(() => store.MigrateAsync(Stop), Stop)));
        StoreAssert.Holds(new StoreChanges(), await Open().LoadAsync(Stop));
    }

    [Fact]
    public async Task AMigrationThatWasChangedAfterItRan_IsRefused()
    {
        await ExecuteAsync("UPDATE schema_migrations SET checksum = 'tampered' WHERE number = 1");
        var refusal = await Assert.ThrowsAsync<StoreException>(() => Open().MigrateAsync(Stop));
        Assert.Contains("tampered", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASchemaThatIsNewerThanTheProgram_IsRefused()
    {
        await ExecuteAsync("UPDATE schema_migrations SET number = 9999, name = 'future' WHERE number = 1");
        var refusal = await Assert.ThrowsAsync<StoreException>(() => Open().MigrateAsync(Stop));
        Assert.Contains("9999 (future)", refusal.Message, StringComparison.Ordinal);
    }
}
