using Aurora.Core.Errors;
using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport.RabbitMq;
using Xunit;

namespace Aurora.Messaging.Tests.RabbitMq;

/// <summary>Connecting, or being refused, with words that help.</summary>
public sealed class ConnectingTests(RabbitMqFixture fixture)
{
    private const string Secret = "hunter2";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AWrongPassword_IsRefusedAtOnce_AndNotRepeatedInTheMessage()
    {
        var server = await fixture.ServerAsync();
        var options = RabbitMqOptions.For(server.Uri) with { Password = Secret, ConnectTimeout = TimeSpan.FromMinutes(5) };
        var error = await Assert.ThrowsAsync<BusException>(() => RabbitMqBus.ConnectAsync(options, null, null, Cancel));
        Assert.Contains("refuse", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingVhost_IsRefusedAtOnce()
    {
        var server = await fixture.ServerAsync();
        var options = RabbitMqOptions.For(server.Uri) with { VirtualHost = "nowhere", ConnectTimeout = TimeSpan.FromMinutes(5) };
        await Assert.ThrowsAsync<BusException>(() => RabbitMqBus.ConnectAsync(options, null, null, Cancel));
    }

    [Fact]
    public async Task ASecondAddress_IsUsedWhenTheFirstIsDown()
    {
        var server = await fixture.ServerAsync();
        var options = RabbitMqOptions.For(server.Uri) with { Addresses = [new Uri("amqp://guest:guest@127.0.0.1:9/"), server.Uri] };
        await using var bus = await RabbitMqBus.ConnectAsync(options, null, null, Cancel);
        Assert.True(bus.Health.IsUp);
    }

    [Fact]
    public async Task WithoutAServer_ConnectingFailsAfterItsTimeout()
    {
        var options = RabbitMqOptions.For(new Uri("amqp://guest:guest@127.0.0.1:9/")) with { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        var error = await Assert.ThrowsAsync<BusException>(() => RabbitMqBus.ConnectAsync(options, null, null, Cancel));
        Assert.Contains("127.0.0.1:9", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("guest:guest", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OptionsWithFaults_AreRefusedWithAllOfThem()
    {
        var options = new RabbitMqOptions
        {
            Addresses = [new Uri("http://localhost/"), new Uri("amqps://localhost/")],
            ConnectionName = "",
            Heartbeat = TimeSpan.Zero,
            ProbeInterval = TimeSpan.FromDays(1),
            Bus = new BusOptions { ConfirmWindow = 0, PublishTimeout = TimeSpan.Zero },
        };
        var error = await Assert.ThrowsAsync<AuroraException>(() => RabbitMqBus.ConnectAsync(options, null, null, Cancel));
        Assert.Equal(ErrorCodes.InvalidConfiguration, error.Code);
        Assert.Equal(
            ["addresses[0]", "addresses", "connection_name", "heartbeat", "probe_interval", "publish_timeout", "confirm_window"],
            error.Faults.Select(f => f.Field));
    }
}
