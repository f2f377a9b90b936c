using Aurora.Broker.Storage;
using Aurora.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Simulation.Store;

/// <summary>The real SQLite store, with the rows in memory beside it, so that the invariants can look. What is read back must be what was written.</summary>
internal sealed class SqliteDatabase : IStore, IDisposable
{
    private readonly TemporaryFolder _folder = new("simulation");
    private readonly MemoryStore _mirror;
    private readonly IStore _sqlite;

    public SqliteDatabase(MemoryStore mirror, TimeProvider clock)
    {
        _mirror = mirror;
        _sqlite = StoreFactory.Open(new StoreOptions { SqliteFile = _folder["aurora.db"] }, clock, NullLoggerFactory.Instance);
        _sqlite.MigrateAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken)
    {
        _ = _mirror.AcquireLeaseAsync(holder, address, duration, cancellationToken); // Ends at once.
        return _sqlite.AcquireLeaseAsync(holder, address, duration, cancellationToken);
    }

    public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        _ = _mirror.RenewLeaseAsync(lease, duration, cancellationToken); // Ends at once.
        return _sqlite.RenewLeaseAsync(lease, duration, cancellationToken);
    }

    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        _ = _mirror.ReleaseLeaseAsync(lease, cancellationToken); // Ends at once.
        return _sqlite.ReleaseLeaseAsync(lease, cancellationToken);
    }

    public Task<StoredState> LoadAsync(CancellationToken cancellationToken) => _sqlite.LoadAsync(cancellationToken);

    public Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken)
    {
        _sqlite.CommitAsync(epoch, changes, cancellationToken).GetAwaiter().GetResult();
        _mirror.Write(changes);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _sqlite.DisposeAsync();

    public void Dispose()
    {
        _sqlite.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }
}
