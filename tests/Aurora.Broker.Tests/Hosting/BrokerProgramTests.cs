using System.Diagnostics;
using System.Text.Json;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport;
using Aurora.TestSupport.RabbitMq;
using Xunit;

namespace Aurora.Broker.Tests.Hosting;

/// <summary>The real program, over a real RabbitMQ.</summary>
public sealed class BrokerProgramTests(RabbitMqFixture rabbit) : IClassFixture<RabbitMqFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task WhenTheBrokerIsKilled_WhatItAcknowledgedIsThereAfterwards_AndSigtermEndsItInOrder()
    {
        var uri = (await rabbit.ServerAsync()).Uri;
        using var folder = new TemporaryFolder("program");
        var config = folder["broker.json"];
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            cluster = Some.Cluster, http_address = "http://127.0.0.1:0", amqp = new[] { uri.ToString() }, store = new { sqlite_file = folder["aurora.db"] },
        }));
        await using var bus = await RabbitMqBus.ConnectAsync(RabbitMqOptions.For(uri), null, null, default);
        await bus.DeclareQueueAsync(QueueNames.Commands, default);
        await using var worker = await FakeWorker.StartAsync(bus);
        await worker.HelloAsync();

        using (var first = Start(config))
        {
            Assert.Equal(ReplyCode.Ok, (await SendAsync(bus, new CreateJob(Guid.NewGuid(), "ann", Some.Job(instances: 3)))).Code);
            first.Kill();
            await first.WaitForExitAsync();
        }

        using var second = Start(config);
        var reply = await SendAsync(bus, new GetTasks(Guid.NewGuid(), "ann", null, null, null, null, null, false, null, 100));
        Assert.Equal(3, reply.Result!.Value.Deserialize(AuroraJson.Default.TaskPage)!.Tasks.Count);
        var ids = new HashSet<string>();
        while (ids.Count < 3)
            ids.Add((await worker.NextAsync<LaunchTask>()).TaskId.Value);
        await worker.HelloAsync([.. ids.Select(i => FakeWorker.Report(new Core.Jobs.TaskId(i), TaskState.Finished))]);
        Assert.Equal(3, (await worker.NextAsync<EndsRecorded>()).Tasks.Count);

        using var signal = Process.Start("kill", ["-TERM", $"{second.Id}"]);
        await second.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, second.ExitCode);
    }

    private static Process Start(string config) => Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "aurora-broker"), ["--config", config]))
        ?? throw new InvalidOperationException("The broker did not start.");

    private static async Task<Reply> SendAsync(IMessageBus bus, ICommand command)
    {
        var contract = MessageCatalog.Of(command.GetType());
        var reply = await bus.RequestAsync(QueueNames.Commands, new BusMessage(contract.Name, 1, command.CommandId, contract.Write(command)), Patience, default);
        return (Reply)MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span).Message!;
    }
}
