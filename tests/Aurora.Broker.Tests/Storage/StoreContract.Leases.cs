using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public abstract partial class StoreContract
{
    [Fact]
    public async Task OneBrokerLeads_AndTheOthersWait()
    {
        var lease = await LeadAsync("a");
        Assert.Null(await Open().AcquireLeaseAsync("b", "http://b", Long, Stop));
        Assert.True(await Store.RenewLeaseAsync(lease, Long, Stop));
        Assert.False(await Store.RenewLeaseAsync(lease with { Holder = "b" }, Long, Stop));
        Assert.False(await Store.RenewLeaseAsync(lease with { Epoch = lease.Epoch - 1 }, Long, Stop));
    }

    [Fact]
    public async Task ALeaseThatIsOver_IsTakenWithAGreaterEpoch()
    {
        var first = await Store.AcquireLeaseAsync("a", "http://a", TimeSpan.Zero, Stop);
        var second = await Open().AcquireLeaseAsync("b", "http://b", Long, Stop);
        Assert.NotNull(first);
        Assert.NotNull(second);
        Assert.True(second.Epoch > first.Epoch);
        Assert.False(await Store.RenewLeaseAsync(first, Long, Stop));
        await Store.ReleaseLeaseAsync(first, Stop); // Too late: it is not its own any more.
        Assert.True(await Store.RenewLeaseAsync(second, Long, Stop));
    }

    [Fact]
    public async Task ALeaseThatIsOverAndThatNobodyTook_IsRenewed()
    {
        var lease = await Store.AcquireLeaseAsync("a", "http://a", TimeSpan.Zero, Stop);
        Assert.True(await Store.RenewLeaseAsync(lease!, Long, Stop));
        Assert.Null(await Open().AcquireLeaseAsync("b", "http://b", Long, Stop));
    }

    [Fact]
    public async Task ALeaseThatWasGivenUp_IsFree_AndItsEpochWritesNoMore()
    {
        var first = await LeadAsync("a");
        await Store.ReleaseLeaseAsync(first, Stop);
        await Assert.ThrowsAsync<StaleEpochException>(() => Store.CommitAsync(first.Epoch, StoreSamples.Everything(), Stop));
        var second = await Open().AcquireLeaseAsync("b", "http://b", Long, Stop);
        Assert.True(second!.Epoch > first.Epoch);
    }

    [Fact]
    public async Task WhoTakesItsOwnLeaseAgain_GetsANewEpoch()
    {
        var first = await LeadAsync("a");
        var second = await LeadAsync("a");
        Assert.True(second.Epoch > first.Epoch);
        await Assert.ThrowsAsync<StaleEpochException>(() => Store.CommitAsync(first.Epoch, new StoreChanges(), Stop));
    }

    [Fact]
    public async Task ADeposedLeader_WritesNothing()
    {
        var first = await Store.AcquireLeaseAsync("a", "http://a", TimeSpan.Zero, Stop);
        var other = Open();
        var second = await other.AcquireLeaseAsync("b", "http://b", Long, Stop);
        var kept = new StoreChanges { Jobs = [StoreSamples.JobRow()] };
        await other.CommitAsync(second!.Epoch, kept, Stop);
        await Assert.ThrowsAsync<StaleEpochException>(() => Store.CommitAsync(first!.Epoch, StoreSamples.Everything(), Stop));
        StoreAssert.Holds(kept, await Store.LoadAsync(Stop));
    }

    [Fact]
    public async Task OfManyBrokersThatReachForTheLease_ExactlyOneGetsIt()
    {
        IStore[] stores = [.. Enumerable.Range(0, 6).Select(_ => Open())];
        var epoch = 0L;
        for (var round = 0; round < 10; round++)
        {
            using var gate = new SemaphoreSlim(0);
            var reaching = stores.Select((store, i) => Task.Run(async () =>
            {
                await gate.WaitAsync(Stop);
                return await store.AcquireLeaseAsync($"broker-{i}", "http://x", Long, Stop);
            }, Stop)).ToArray();
            gate.Release(stores.Length);
            var winner = Assert.Single(await Task.WhenAll(reaching), lease => lease is not null);
            Assert.True(winner!.Epoch > epoch);
            epoch = winner.Epoch;
            await Store.ReleaseLeaseAsync(winner, Stop);
        }
    }

    [Fact]
    public async Task WhileTwoBrokersFight_EveryCommitOfADeposedOneIsRefused()
    {
        // Each of two leaders takes the lease again and again and writes its epoch. What stands there in the end is the greatest epoch that was
        // acknowledged: a smaller one would have been written by a broker that was deposed already.
        // They go on until they have met at least once.
        IStore[] stores = [Open(), Open()];
        var meetings = 0;
        var fights = stores.Select((store, i) => Task.Run(async () =>
        {
            var greatest = 0L;
            for (var round = 0; round < 20 || (Volatile.Read(ref meetings) == 0 && round < 5000); round++)
            {
                var lease = await store.AcquireLeaseAsync($"broker-{i}", "http://x", TimeSpan.Zero, Stop);
                if (lease is null)
                    continue;
                try
                {
                    for (var commit = 0; commit < 3; commit++)
                    {
                        await store.CommitAsync(lease.Epoch, new StoreChanges { Jobs = [StoreSamples.JobRow() with { Instances = (int)lease.Epoch }] }, Stop);
                        greatest = lease.Epoch;
                    }
                }
                catch (StaleEpochException)
                {
                    Interlocked.Increment(ref meetings); // The other one was faster.
                }
            }

            return greatest;
        }, Stop)).ToArray();
        var results = await Task.WhenAll(fights);
        Assert.Equal(results.Max(), (await Store.LoadAsync(Stop)).Jobs.Single().Instances);
        Assert.True(meetings > 0, "The brokers never met, so nothing was shown.");
    }
}
