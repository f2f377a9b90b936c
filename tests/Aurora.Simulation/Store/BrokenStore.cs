using Aurora.Broker.Storage;

namespace Aurora.Simulation.Store;

/// <summary>A database that does not do what it says. Only the simulation's own tests use it, to see that it is noticed.</summary>
internal sealed class BrokenStore(IStore inner, Func<StoreChanges, StoreChanges?> change) : IStore
{
    public Task MigrateAsync(CancellationToken cancellationToken) => inner.MigrateAsync(cancellationToken);

    public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken) =>
        inner.AcquireLeaseAsync(holder, address, duration, cancellationToken);

    public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) => inner.RenewLeaseAsync(lease, duration, cancellationToken);

    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => inner.ReleaseLeaseAsync(lease, cancellationToken);

    public Task<StoredState> LoadAsync(CancellationToken cancellationToken) => inner.LoadAsync(cancellationToken);

    public Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken) =>
        change(changes) is { } changed ? inner.CommitAsync(epoch, changed, cancellationToken) : Task.CompletedTask;

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
