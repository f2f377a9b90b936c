using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public sealed class SqliteStoreTests : StoreContract
{
    /// <summary>The same step in SQL Server's dialect differs in words only; there a column with a default cannot be dropped to try it.</summary>
    [Fact]
    public async Task ADatabaseOfTheReleaseBefore_GetsItsNewColumns_AndKeepsItsRows()
    {
        var stop = TestContext.Current.CancellationToken;
        var lease = await Store.AcquireLeaseAsync("broker-1", "http://127.0.0.1:1", TimeSpan.FromMinutes(1), stop);
        var all = StoreSamples.Everything();
        await Store.CommitAsync(lease!.Epoch, all, stop); // Nobody else is there to lead.
        await Store.DisposeAsync();
        await ExecuteAsync("ALTER TABLE tasks DROP COLUMN ports; ALTER TABLE tasks DROP COLUMN resource_usage; DELETE FROM schema_migrations WHERE number = 2");

        await using var newer = Open();
        await newer.MigrateAsync(stop);

        StoreAssert.Holds(all with { Tasks = [.. all.Tasks.Select(task => task with { Ports = TaskRecord.NoPorts, Usage = null })] }, await newer.LoadAsync(stop));
    }

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"aurora-store-{Guid.NewGuid():N}");

    private string Database { get; set; } = "";

    protected override Task CreateDatabaseAsync()
    {
        Database = Path.Combine(folder, $"{Guid.NewGuid():N}.db"); // A new name each time: stores of the one before may still be open.
        return Task.CompletedTask;
    }

    protected override Task DropDatabaseAsync()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    private protected override IStore OpenStore() =>
        StoreFactory.Open(new StoreOptions { SqliteFile = Database }, TimeProvider.System, NullLoggerFactory.Instance);

    protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
