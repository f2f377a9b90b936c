using Aurora.Broker.Storage;

namespace Aurora.Broker.Tests.Support;

/// <summary>A real store whose commits can be made to fail.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    /// <summary>Thrown by the next commits, once each.</summary>
    public Queue<Exception> Faults { get; } = new();

    /// <summary>When a fault is thrown: whether the commit was written before.</summary>
    public bool WritesFirst { get; set; }

    public int Loads { get; private set; }

    public Task MigrateAsync(CancellationToken cancellationToken) => inner.MigrateAsync(cancellationToken);

    public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken) =>
        inner.AcquireLeaseAsync(holder, address, duration, cancellationToken);

    public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => inner.RenewLeaseAsync(lease, duration, cancellationToken);

    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => inner.ReleaseLeaseAsync(lease, cancellationToken);

    public Task<StoredState> LoadAsync(CancellationToken cancellationToken)
    {
        Loads++;
        return inner.LoadAsync(cancellationToken);
    }

    public async Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken)
    {
        if (!Faults.TryDequeue(out var fault))
        {
            await inner.CommitAsync(epoch, changes, cancellationToken);
            return;
        }

        if (WritesFirst)
            await inner.CommitAsync(epoch, changes, cancellationToken);
        throw fault;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
