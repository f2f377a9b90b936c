using System.Text.Json;
using Aurora.Broker.Hosting;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Messaging;
using Aurora.Messaging.InProcess;
using Aurora.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Broker.Tests.Support;

/// <summary>A broker over the in-process bus and a SQLite file, with the test as its client. Broker time stands still unless the test moves it.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new("broker");
    private BrokerHost? _host;

    public string DatabaseFile => _folder["aurora.db"];

    public InProcessBus Bus { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public BrokerHost Host => _host ?? throw new InvalidOperationException("The broker does not run.");

    public IStore Store { get; private set; } = null!; // Made by StartAsync.

    public BrokerOptions Options { get; set; } = new() { ClusterName = Some.Cluster, BrokerName = "b1" };

    public static async Task<TestCluster> StartAsync(Func<BrokerOptions, BrokerOptions>? with = null, Func<IStore, IStore>? wrap = null)
    {
        var cluster = new TestCluster();
        cluster.Options = with?.Invoke(cluster.Options) ?? cluster.Options;
        await cluster.StartBrokerAsync(wrap);
        return cluster;
    }

    public async Task StartBrokerAsync(Func<IStore, IStore>? wrap = null)
    {
        IStore store = StoreFactory.Open(new StoreOptions { SqliteFile = _folder["aurora.db"] }, Time, NullLoggerFactory.Instance);
        Store = wrap?.Invoke(store) ?? store;
        _host = await BrokerHost.StartAsync(Options, Store, Bus, NullLoggerFactory.Instance, Time, default);
        await _host.WhenLeading.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public async Task StopBrokerAsync()
    {
        // Forgotten first: should one of the two throw, the disposal at the test's end must not hide it behind what a second stop throws.
        if (Interlocked.Exchange(ref _host, null) is { } host)
        {
            await using var store = Store;
            await host.DisposeAsync();
        }
    }

    public async Task RestartBrokerAsync(Func<IStore, IStore>? wrap = null)
    {
        await StopBrokerAsync();
        await StartBrokerAsync(wrap);
    }

    /// <summary>A worker that has said hello, and that the broker has taken up.</summary>
    public async Task<FakeWorker> AddWorkerAsync(string id = "w1", double cpu = 8)
    {
        var worker = await FakeWorker.StartAsync(Bus, id, cpu);
        await worker.HelloAsync();
        await Eventually.IsTrueAsync($"worker {id} is up", TimeSpan.FromSeconds(20),
            async () => (await ClusterAsync()).Workers.Any(w => w.Id == worker.Id && w.IsUp));
        return worker;
    }

    /// <summary>Waits until a task's state is applied. Reports and commands come over two queues: an answered command does not say that a report sent before it was.</summary>
    public Task AppliedAsync(JobKey job, TaskId task, TaskState state) => Eventually.IsTrueAsync($"{task} to be {state}", TimeSpan.FromSeconds(20),
        async () => (await TasksAsync(job)).Any(t => t.TaskId == task && t.State == state));

    public Task<Reply> CreateAsync(JobConfiguration job, Guid? id = null) => SendAsync(new CreateJob(id ?? Guid.NewGuid(), "ann", job));

    public Task<Reply> KillAsync(JobKey job, params int[] instances) =>
        SendAsync(new KillTasks(Guid.NewGuid(), "ann", job, instances.Length == 0 ? null : instances, null));

    public Task<Reply> UpdateAsync(JobConfiguration job) => SendAsync(new StartUpdate(Guid.NewGuid(), "ann", job, null, null));

    public async Task<Reply> SendAsync(ICommand command)
    {
        var contract = MessageCatalog.Of(command.GetType());
        await Bus.DeclareQueueAsync(QueueNames.Commands, default);
        var reply = await Bus.RequestAsync(QueueNames.Commands, new BusMessage(contract.Name, 1, command.CommandId, contract.Write(command)), TimeSpan.FromSeconds(20), default);
        return (Reply)MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span).Message!;
    }

    public async Task<IReadOnlyList<TaskSummary>> TasksAsync(JobKey job) => (await ReadAsync<TaskPage>(
        new GetTasks(Guid.NewGuid(), "ann", job.Role, job.Environment, job.Name, null, null, false, null, 1000))).Tasks;

    public async Task<IReadOnlyList<UpdateSummary>> UpdatesAsync(JobKey job) =>
        (await ReadAsync<UpdatePage>(new GetUpdates(Guid.NewGuid(), "ann", job, null, 100))).Updates;

    public Task<ClusterStatus> ClusterAsync() => ReadAsync<ClusterStatus>(new GetCluster(Guid.NewGuid(), "ann"));

    public async Task<T> ReadAsync<T>(ICommand query) where T : class
    {
        var reply = await SendAsync(query);
        Assert.True(reply.Code == ReplyCode.Ok, reply.Message);
        return (T)reply.Result!.Value.Deserialize(AuroraJson.Default.GetTypeInfo(typeof(T))!)!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopBrokerAsync();
        await Bus.DisposeAsync();
        _folder.Dispose();
    }
}
