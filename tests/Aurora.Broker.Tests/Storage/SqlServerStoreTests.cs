using Aurora.Broker.Storage;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

/// <summary>Runs where <c>AURORA_TEST_SQLSERVER</c> holds a connection string whose login may create databases; each test makes one and drops it.</summary>
public sealed class SqlServerStoreTests : StoreContract
{
    private const string Variable = "AURORA_TEST_SQLSERVER";
    private readonly string? server = Environment.GetEnvironmentVariable(Variable);
    private readonly string database = $"aurora_test_{Guid.NewGuid():N}";

    private string Connection => new SqlConnectionStringBuilder(server) { InitialCatalog = database }.ConnectionString;

    protected override async Task CreateDatabaseAsync()
    {
        if (string.IsNullOrWhiteSpace(server))
            Assert.Skip($"{Variable} is not set: the SQL Server store's contract was not run.");
        await OnServerAsync($"CREATE DATABASE {database}");
    }

    protected override async Task DropDatabaseAsync()
    {
        if (string.IsNullOrWhiteSpace(server))
            return;
        SqlConnection.ClearAllPools(); // A pooled connection would keep the database in use.
        await OnServerAsync($"DROP DATABASE {database}");
    }

    private protected override IStore OpenStore() =>
        StoreFactory.Open(new StoreOptions { SqlServer = Connection }, TimeProvider.System, NullLoggerFactory.Instance);

    protected override Task ExecuteAsync(string sql) => RunAsync(Connection, sql);

    private Task OnServerAsync(string sql) => RunAsync(server!, sql);

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new SqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
