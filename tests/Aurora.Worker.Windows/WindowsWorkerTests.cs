using System.Collections.Concurrent;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Messaging.InProcess;
using Aurora.TestSupport;
using Aurora.Worker.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Worker.Windows;

/// <summary>A whole worker, from an order to the report of the end.</summary>
public sealed class WindowsWorkerTests
{
    private static readonly TaskId Id = new($"t-{Guid.NewGuid():N}");
    private static readonly WorkerId Worker = new("windows");

    [Fact]
    public async Task ATask_RunsByCmd_AndItsEndIsReported()
    {
        using var folder = new TemporaryFolder("worker");
        ConcurrentQueue<TaskReport> reports = new();
        await using var bus = new InProcessBus();
        await bus.DeclareQueueAsync(QueueNames.Status, default);
        await using var ears = await bus.Connect().ConsumeAsync(QueueNames.Status, 500, (delivery, _) => Hear(delivery, reports), default);
        await using (await StartAsync(folder.Path, bus))
        {
            await bus.PublishAsync(QueueNames.Worker(Worker), Wrap(Order("echo \"a b\"& exit 3")), default);
            var end = await Eventually.GetAsync(
                "the task's end to be reported", WindowsHarness.Patience,
                () => Task.FromResult(reports.LastOrDefault(r => r.TaskId == Id && r.State is TaskState.Failed or TaskState.Finished or TaskState.Lost)));

            Assert.Equal((TaskState.Failed, "process 'main' failed with exit code 3 (run 0)"), (end.State, end.Message));
            Assert.Equal("\"a b\"\r\n", await File.ReadAllTextAsync(Path.Combine(folder.Path, "tasks", Id.Value, "logs", "main", "0", "stdout")));
        }
    }

    private static Task<WorkerHost> StartAsync(string folder, InProcessBus bus) => WorkerHost.StartAsync(
        new WorkerOptions
        {
            Id = Worker,
            Folder = folder,
            Total = new ResourceGrant { Cpu = 2, Ram = 4L << 30, Disk = 1 << 30 },
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        },
        bus.Connect(), NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken);

    private static LaunchTask Order(string line) => new(
        Id,
        new JobKey("devcluster", Environment.UserName, "devel", "hello"),
        0,
        new TaskConfiguration
        {
            Name = "hello",
            Processes = [new ProcessConfiguration { Name = "main", Cmdline = line, MinDuration = 0 }],
            Resources = new ResourceGrant { Cpu = 1, Ram = 1L << 30, Disk = 8 << 20 },
        });

    private static BusMessage Wrap(object message)
    {
        var contract = MessageCatalog.Of(message.GetType());
        return new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message));
    }

    private static ValueTask Hear(IDelivery delivery, ConcurrentQueue<TaskReport> reports)
    {
        if (MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span).Message is TasksReported news)
        {
            foreach (var report in news.Tasks)
            {
                reports.Enqueue(report);
            }
        }

        delivery.Ack();
        return ValueTask.CompletedTask;
    }
}
