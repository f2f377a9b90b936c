using Aurora.Broker.Storage;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Store;

/// <summary>
/// A broker's way to the database. A commit travels, is written or not, and its result travels back, so that the broker may die, stand still or be deposed at every
/// moment in between. It may fail before it is written, or after, when nobody can know that it was.
/// </summary>
internal sealed class StoreLink(IStore database, Timeline timeline, Chance chance, Scenario scenario, Trace trace) : IStore
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly Life _database = new();

    /// <summary>The broker's process.</summary>
    public Life Owner { get; set; } = new();

    /// <summary>Whether the database is out of reach.</summary>
    public bool IsCut { get; set; }

    /// <summary>No more faults.</summary>
    public bool IsCalm { get; set; }

    public Task MigrateAsync(CancellationToken cancellationToken) => Reached(() => database.MigrateAsync(cancellationToken));

    public Task<Lease?> AcquireLeaseAsync(string holder, string address, TimeSpan duration, CancellationToken cancellationToken) =>
        Reached(() => database.AcquireLeaseAsync(holder, address, duration, cancellationToken));

    public Task<bool> RenewLeaseAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        Reached(() => database.RenewLeaseAsync(lease, duration, cancellationToken));

    public Task ReleaseLeaseAsync(Lease lease, CancellationToken cancellationToken) => Reached(() => database.ReleaseLeaseAsync(lease, cancellationToken));

    public Task<StoredState> LoadAsync(CancellationToken cancellationToken) => Reached(() => database.LoadAsync(cancellationToken));

    public Task CommitAsync(long epoch, StoreChanges changes, CancellationToken cancellationToken)
    {
        // Its continuation is the loop's: it runs at once, on this thread, so that the order of events is the run's.
        var result = new TaskCompletionSource();
        var asker = Owner;
        var giveUp = cancellationToken.Register(() => result.TrySetCanceled(cancellationToken));
        var fails = !IsCalm && scenario.Has(FaultKinds.CommitFailure) && chance.Happens(scenario.CommitTrouble);
        var isWritten = !fails || chance.Happens(0.5);
        timeline.After(Way(), _database, () =>
        {
            var error = IsCut ? new StoreException("the database is out of reach") : Write(isWritten);
            timeline.After(IsCut ? Timeout : Way(), asker, () =>
            {
                giveUp.Dispose();
                if (error is null)
                    result.TrySetResult();
                else
                    result.TrySetException(error);
            });
        });
        return result.Task;

        Exception? Write(bool really)
        {
            try
            {
                if (really)
                    database.CommitAsync(epoch, changes, CancellationToken.None).GetAwaiter().GetResult();
                if (fails)
                    trace.Say($"store      a commit of epoch {epoch} fails, {(really ? "written" : "not written")}");
                return fails ? new StoreException("the connection broke during the commit") : null;
            }
            catch (Exception e) when (e is StaleEpochException or StoreException)
            {
                return e;
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private T Reached<T>(Func<T> ask) => IsCut ? throw new StoreException("the database is out of reach") : ask();

    private TimeSpan Way() => !IsCalm && scenario.Has(FaultKinds.SlowStore) && chance.Happens(0.05)
        ? chance.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(3))
        : chance.Between(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(2));
}
