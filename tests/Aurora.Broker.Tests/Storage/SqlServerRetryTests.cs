using System.Net;
using System.Net.Sockets;
using Aurora.Broker.Storage;
using Aurora.Broker.Storage.SqlServer;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public sealed class SqlServerRetryTests
{
    [Theory]
    [InlineData(1205, true)]
    [InlineData(1222, true)]
    [InlineData(40613, true)]
    [InlineData(10054, true)]
    [InlineData(2601, false)]
    [InlineData(2627, false)]
    [InlineData(50001, false)]
    [InlineData(-2, false)]
    [InlineData(208, false)]
    public void OnlyWhatPasses_IsTriedAgain(int number, bool transient) => Assert.Equal(transient, SqlServerErrors.IsTransient(number));

    [Fact]
    public void Pauses_GrowToACap_AndNeverVanish() =>
        Gen.Int[1, 40].Select(Gen.Double.Unit).Sample((count, random) =>
        {
            var pause = SqlServerRetry.Pause(count, random);
            var bound = Math.Min(50 * Math.Pow(2, count - 1), 1000);
            return pause.TotalMilliseconds >= bound / 2 && pause.TotalMilliseconds <= bound;
        });

    [Fact]
    public async Task AServerThatIsNotThere_IsAStoreException_AfterSomeTries()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop(); // Nobody listens there now.
        var options = new StoreOptions { SqlServer = $"Data Source=tcp:127.0.0.1,{port};Initial Catalog=x;User ID=u;Password=secret;Connect Timeout=1;ConnectRetryCount=0;Encrypt=False" };
        await using var store = StoreFactory.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
        var error = await Assert.ThrowsAsync<StoreException>(() => store.AcquireLeaseAsync("a", "b", TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        Assert.Contains("take the lease", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }
}
