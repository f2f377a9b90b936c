using Aurora.EndToEnd.Clusters;
using Aurora.EndToEnd.Surfaces;
using Aurora.TestSupport.RabbitMq;

namespace Aurora.EndToEnd;

/// <summary>One broker and two workers as programs of their own, RabbitMQ and SQLite. A server of its own per test, because tests restart it.</summary>
public sealed class OverRabbitMq : ClusterPromises, IAsyncLifetime
{
    private RabbitMqServer? server;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(RabbitMqServer.WhyMissing is not null, RabbitMqServer.WhyMissing ?? "");
        server = await RabbitMqServer.StartNewAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    protected override Cluster NewCluster() => new DistributedCluster(server!.Uri);

    [Fact]
    public async Task WhenRabbitMqIsRestartedWhileTasksRun_NothingIsLostAndNothingRunsTwice()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var before = cluster.Key("before");
        var after = cluster.Key("after");
        var gate = Path.Combine(cluster.Shared, "go");

        shell.Invoke($"New-AuroraJob {before} {cluster.JobFile("before", $"echo {{{{mesos.instance}}}} >> {cluster.Shared}/before; until [ -e {gate} ]; do sleep 0.1; done", instances: 6)}")
            .MustSucceed();
        await RunningAsync(shell, before, 6);
        await server!.KillAsync();
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await server.StartAsync(TestContext.Current.CancellationToken);

        shell.Invoke($"New-AuroraJob {after} {cluster.JobFile("after", $"echo {{{{mesos.instance}}}} >> {cluster.Shared}/after", instances: 6)}").MustSucceed();
        await FinishedAsync(shell, before, 6);
        await FinishedAsync(shell, after, 6);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], cluster.Trace("before").Order());
        Assert.Equal(["0", "1", "2", "3", "4", "5"], cluster.Trace("after").Order());
    }
}
