using Aurora.Broker.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Broker.Tests.Storage;

public sealed class SqliteStoreTests : StoreContract
{
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
