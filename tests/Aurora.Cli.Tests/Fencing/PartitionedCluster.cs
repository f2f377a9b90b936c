using System.Collections.Concurrent;
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
using Aurora.Worker.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Cli.Tests.Fencing;

/// <summary>A real broker on SQLite and two real workers, each on a connection of its own that can be cut. A worker is lost after three seconds here.</summary>
internal sealed class PartitionedCluster : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new("partition");
    private readonly InProcessBus _hub = new();
    private readonly Dictionary<string, (WorkerHost Host, CuttableBus Bus)> _workers = [];
    private readonly string _role = Environment.IsPrivilegedProcess ? "www-data" : Environment.UserName;
    private BrokerHost _broker = null!; // Made by StartAsync, like the store.
    private IStore _store = null!;

    public ConcurrentQueue<DuplicateFound> Duplicates { get; } = new();

    /// <summary>Held by a copy of the task while it runs; a second one that finds it held says so by the other.</summary>
    private string HeldFolder => _folder["shared/held"];

    public bool TwoRanAtOnce => File.Exists(_folder["shared/clash"]);

    public bool IsHeld => Directory.Exists(HeldFolder);

    public static async Task<PartitionedCluster> StartAsync()
    {
        var cluster = new PartitionedCluster();
        Directory.CreateDirectory(cluster._folder["shared"]);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cluster._folder["shared"], (UnixFileMode)0x1FF);
            File.SetUnixFileMode(Path.GetDirectoryName(cluster._folder["shared"])!, (UnixFileMode)0x1ED);
        }

        cluster._store = StoreFactory.Open(new StoreOptions { SqliteFile = cluster._folder["aurora.db"] }, TimeProvider.System, NullLoggerFactory.Instance);
        cluster._broker = await BrokerHost.StartAsync(
            new BrokerOptions { ClusterName = "devcluster", BrokerName = "b1", HeartbeatInterval = TimeSpan.FromSeconds(0.2), WorkerLostAfter = TimeSpan.FromSeconds(3) },
            cluster._store, cluster._hub.Connect(), NullLoggerFactory.Instance, TimeProvider.System, default);
        await cluster._broker.WhenLeading.WaitAsync(Patience);
        await cluster._hub.SubscribeAsync("#", (message, _) =>
        {
            if (MessageCatalog.Read(message.Name, message.Version, message.Body.Span).Message is DuplicateFound found)
                cluster.Duplicates.Enqueue(found);
            return ValueTask.CompletedTask;
        }, default);
        return cluster;
    }

    public async Task AddWorkerAsync(string id)
    {
        var bus = new CuttableBus(_hub);
        _workers.Add(id, (await WorkerHost.StartAsync(
            new WorkerOptions
            {
                Id = new WorkerId(id),
                Folder = _folder[id],
                Total = new ResourceGrant { Cpu = 1, Ram = 1 << 30, Disk = 1 << 30 },
                KillWait = TimeSpan.FromSeconds(2),
                ShimIdle = TimeSpan.FromSeconds(1),
                RunAllRolesAsCurrentUser = !Environment.IsPrivilegedProcess,
                HeartbeatInterval = TimeSpan.FromSeconds(0.2),
            }, bus, NullLoggerFactory.Instance, TimeProvider.System, default), bus));
    }

    public Task CutAsync(string worker) => _workers[worker].Bus.CutAsync();

    public Task MendAsync(string worker) => _workers[worker].Bus.MendAsync();

    /// <summary>A service of one instance that must not run twice at once, and notices when it does.</summary>
    public JobConfiguration Service(PartitionPolicyConfiguration? policy) => new()
    {
        Cluster = "devcluster",
        Role = _role,
        Environment = "devel",
        Name = "alone",
        Service = true,
        PartitionPolicy = policy,
        Task = new TaskConfiguration
        {
            Name = "alone",
            Processes =
            [
                new ProcessConfiguration
                {
                    Name = "run",
                    Cmdline = $"mkdir {HeldFolder} || touch {_folder["shared/clash"]}; trap 'rmdir {HeldFolder}; exit 0' TERM; while :; do sleep 0.05; done",
                },
            ],
            Resources = new ResourceGrant { Cpu = 1, Ram = 1 << 20, Disk = 1 << 20 },
        },
    };

    public async Task CreateAsync(JobConfiguration job)
    {
        var reply = await SendAsync(new CreateJob(Guid.NewGuid(), "ann", job));
        Assert.True(reply.Code == ReplyCode.Ok, reply.Message);
    }

    public async Task<IReadOnlyList<TaskSummary>> TasksAsync()
    {
        var reply = await SendAsync(new GetTasks(Guid.NewGuid(), "ann", null, null, null, null, null, false, null, 100));
        return ((TaskPage)reply.Result!.Value.Deserialize(AuroraJson.Default.GetTypeInfo(typeof(TaskPage))!)!).Tasks;
    }

    public Task RunsOnAsync(string worker) => Eventually.IsTrueAsync($"the task runs on {worker}", Patience,
        async () => (await TasksAsync()).Any(t => t.State == TaskState.Running && t.Worker?.Value == worker) && IsHeld);

    public async ValueTask DisposeAsync()
    {
        foreach (var (host, bus) in _workers.Values)
        {
            if (!bus.Health.IsUp)
                await bus.MendAsync();
            using var patience = new CancellationTokenSource(Patience);
            await host.StopTasksAsync("the test is over", patience.Token);
            await host.DisposeAsync();
            await bus.DisposeAsync();
        }

        await _broker.DisposeAsync();
        await _store.DisposeAsync();
        await _hub.DisposeAsync();
        await Eventually.IsTrueAsync("no process of the workers is left", Patience, () => Task.FromResult(!TestSupport.Programs.Processes.Mentioning(_folder["w"]).Any()));
        _folder.Dispose();
    }

    private async Task<Reply> SendAsync(ICommand command)
    {
        var contract = MessageCatalog.Of(command.GetType());
        var reply = await _hub.RequestAsync(QueueNames.Commands, new BusMessage(contract.Name, 1, command.CommandId, contract.Write(command)), Patience, default);
        return (Reply)MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span).Message!;
    }
}
