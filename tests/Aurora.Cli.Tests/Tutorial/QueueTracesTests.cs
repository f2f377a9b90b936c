using Aurora.Cli.Tutorial;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Messaging;
using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport.RabbitMq;
using Xunit;

[assembly: AssemblyFixture(typeof(RabbitMqFixture))]

namespace Aurora.Cli.Tests.Tutorial;

public sealed class QueueTracesTests(RabbitMqFixture rabbit)
{
    [Fact]
    public async Task WhatWasNotThereBefore_IsRemoved_AndAVhostWithAClusterIsRefused()
    {
        var stop = TestContext.Current.CancellationToken;
        var uri = (await rabbit.ServerAsync()).Uri;
        var before = await QueueTraces.TakeAsync(uri, stop);
        await using (var bus = await RabbitMqBus.ConnectAsync(RabbitMqOptions.For(uri), null, null, stop))
        {
            foreach (var queue in (string[])[QueueNames.Commands, QueueNames.Status, QueueNames.Worker(new WorkerId(QueueTraces.WorkerName))])
            {
                await bus.DeclareQueueAsync(queue, stop);
            }
        }

        var refused = await Assert.ThrowsAsync<AuroraException>(() => QueueTraces.TakeAsync(uri, stop));
        Assert.Equal(ErrorCodes.InvalidArgument, refused.Code);
        Assert.Contains(QueueNames.Commands, refused.Message, StringComparison.Ordinal);

        await before.RemoveNewAsync();
        await QueueTraces.TakeAsync(uri, stop); // The vhost is as free of a cluster as it was.
    }
}
