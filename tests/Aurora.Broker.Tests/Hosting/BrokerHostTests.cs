using Aurora.Broker.Tests.Support;
using Xunit;

namespace Aurora.Broker.Tests.Hosting;

public sealed class BrokerHostTests
{
    [Fact]
    public async Task WhenItIsDisposedAgain_NothingHappens()
    {
        await using var cluster = await TestCluster.StartAsync();
        var host = cluster.Host;
        await host.DisposeAsync();

        await host.DisposeAsync();

        Assert.False(host.IsLeading);
    }

    [Fact]
    public async Task WhenSeveralDisposeItAtOnce_EachWaitsUntilItHasStopped()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0" });
        var host = cluster.Host;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            await host.DisposeAsync();
            Assert.False(host.IsLeading);
        })));
    }
}
