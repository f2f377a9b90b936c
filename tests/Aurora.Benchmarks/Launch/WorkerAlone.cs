using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Messaging.InProcess;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Aurora.Worker.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Benchmarks.Launch;

/// <summary>A worker in this program, on an in-process bus, with everything real but the broker: folders, checkpoints, control groups, shim.</summary>
internal sealed class WorkerAlone : IAsyncDisposable
{
    private readonly InProcessBus _bus = new();
    private readonly string _folder;
    private WorkerHost? _worker;
    private BrokerStub? _broker;

    private WorkerAlone(string parent) => _folder = Path.Combine(parent, $"aurora-bench-{Guid.NewGuid():N}");

    public string Folder => _folder;

    public BrokerStub Broker => _broker ?? throw new InvalidOperationException("The worker was not started.");

    public static async Task<WorkerAlone> StartAsync(string parent)
    {
        var alone = new WorkerAlone(parent);
        var id = new WorkerId("bench");
        alone._broker = await BrokerStub.StartAsync(alone._bus.Connect(), id);
        alone._worker = await WorkerHost.StartAsync(
            new WorkerOptions
            {
                Id = id,
                Folder = alone._folder,
                Total = new ResourceGrant { Cpu = 100_000, Ram = 1L << 40, Disk = 1L << 40 },
                ShimIdle = TimeSpan.FromSeconds(1),
                RunAllRolesAsCurrentUser = !Environment.IsPrivilegedProcess,
            },
            alone._bus.Connect(),
            NullLoggerFactory.Instance,
            TimeProvider.System,
            CancellationToken.None);
        return alone;
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        await _bus.DisposeAsync();
        await Eventually.IsTrueAsync("the shims' end", TimeSpan.FromSeconds(90), () => Processes.Mentioning(_folder).Count == 0);
        Directory.Delete(_folder, recursive: true);
    }
}
