using Aurora.Core.Errors;
using Aurora.Messaging;
using Aurora.Worker.Agent;
using Aurora.Worker.Health;
using Aurora.Worker.Isolation;
using Aurora.Worker.Launching;
using Aurora.Worker.Ports;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Hosting;

/// <summary>
/// A running worker: what <c>aurora-worker</c> and <c>aurora dev</c> start. Disposing it stops the agent and leaves the tasks running, for the next agent on the same
/// folder to adopt (an upgrade in place); <see cref="StopTasksAsync"/> before that ends them.
/// </summary>
public sealed class WorkerHost : IAsyncDisposable
{
    private readonly WorkerAgent _agent;
    private readonly FolderLock _lock;

    private WorkerHost(WorkerAgent agent, FolderLock folderLock) => (_agent, _lock) = (agent, folderLock);

    /// <summary>The tasks whose end the broker has not stored.</summary>
    internal IReadOnlyCollection<TaskOnWorker> Tasks => _agent.Tasks;

    /// <summary>Starts a worker: takes its folder, adopts what an earlier one left there, says hello and takes orders.</summary>
    /// <param name="options">What it is.</param>
    /// <param name="bus">The bus; it stays the caller's to dispose, after the worker.</param>
    /// <param name="loggers">The logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The worker.</returns>
    /// <exception cref="AuroraException">The options have faults, all of them given, or another worker has the folder (AUR5001).</exception>
    /// <exception cref="BusException">The queues could not be made.</exception>
    public static async Task<WorkerHost> StartAsync(
        WorkerOptions options, IMessageBus bus, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Validate() is { Count: > 0 } faults)
        {
            throw new AuroraException(faults);
        }

        var folder = new WorkerFolder(options.Folder);
        MakeFolder(folder);
        var folderLock = FolderLock.Take(folder);
        WorkerAgent? agent = null;
        try
        {
            var parts = Parts(options, loggers, time);
            agent = new WorkerAgent(WithAttributes(options, parts.Isolation.Attributes), folder, bus, parts);
            await agent.StartAsync(cancellationToken);
            return new WorkerHost(agent, folderLock);
        }
        catch
        {
            if (agent is not null)
            {
                await agent.DisposeAsync();
            }

            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// For a cluster that ends as a whole (Ctrl-C of <c>aurora dev</c>): takes no more orders, ends every task and reports it LOST, so that services start again next time.
    /// The broker must still be there. What runs gets SIGTERM, and SIGKILL after <see cref="WorkerOptions.KillWait"/>.
    /// </summary>
    /// <param name="reason">Why, for the tasks' history, for example <c>the development cluster was stopped</c>.</param>
    /// <param name="cancellationToken">Gives up waiting; the next start goes on with the killing.</param>
    /// <returns>A task that ends when nothing runs any more and the bus has every report.</returns>
    public Task StopTasksAsync(string reason, CancellationToken cancellationToken) => _agent.StopTasksAsync(reason, cancellationToken);

    /// <summary>
    /// Empties the worker (<c>aurora-worker --drain</c>): takes no more tasks, ends those that are here as a kill does, and reports them LOST, which has the broker start
    /// services again elsewhere.
    /// </summary>
    /// <param name="reason">Why, for the tasks' history.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that ends when nothing runs any more and the bus has every report.</returns>
    public Task DrainAsync(string reason, CancellationToken cancellationToken) => _agent.DrainAsync(reason, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _lock.Dispose();
    }

    /// <summary>Makes the worker's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="AuroraException">AUR5001: it cannot be made.</exception>
    internal static void MakeFolder(WorkerFolder folder)
    {
        try
        {
            folder.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuroraException(new Fault(ErrorCodes.InvalidConfiguration, "folder", folder.Path, $"must be a folder that the worker can make and write in: {e.Message}"));
        }
    }

    // What somebody has set wins: an operator may know better what the machine enforces.
    private static WorkerOptions WithAttributes(WorkerOptions options, IReadOnlyDictionary<string, string> isolation)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = options.Hostname };
        foreach (var (name, value) in isolation.Concat(options.Attributes))
        {
            attributes[name] = value;
        }

        return options with { Attributes = attributes };
    }

    private static AgentParts Parts(WorkerOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        var logger = loggers.CreateLogger("Aurora.Worker");
        var launching = new LaunchingOptions
        {
            Folder = options.Folder,
            RunAllRolesAsCurrentUser = options.RunAllRolesAsCurrentUser,
            AllowRoot = options.AllowRoot,
            ShimIdle = options.ShimIdle,
        };
        if (options.RunAllRolesAsCurrentUser)
        {
            Agent.Log.AllRolesAsOne(logger, RoleAccounts.Current().Name);
        }

        var launcher = ProcessLaunchers.Create(launching, time, loggers.CreateLogger("Aurora.Worker.Processes"));
        var requests = new LaunchRequestMaker(options.Hostname, options.Shell, options.SearchPath, options.Logger);
        ITaskIsolation isolation = OperatingSystem.IsLinux()
            ? TaskIsolations.Choose(IsolationOf(options), loggers.CreateLogger("Aurora.Worker.Isolation"), time)
            : new JobObjectIsolation();
        Agent.Log.IsolatedBy(logger, string.Join(", ", isolation.Attributes.Select(a => $"{a.Key}={a.Value}")));
        return new AgentParts(
            launcher,
            isolation,
            requests,
            new RoleUsers(options.RunAllRolesAsCurrentUser),
            new PortAllocator(PortRange.Parse(options.Ports).Range ?? PortRange.Default),
            new LimitRule(options.RamAllowance, options.CpuLimit == "quota", options.MaxProcesses),
            new HealthProbes(launcher, requests, time),
            new SemaphoreSlim(options.LaunchLimit),
            new DueQueue(time),
            options.KillWait,
            Machine.BootId(),
            time,
            logger);
    }

    private static IsolationOptions IsolationOf(WorkerOptions options) => new()
    {
        Parent = options.CgroupParent,
        WorkerName = IsolationOptions.NameOf(options.Id.Value, options.Folder),
        AllowGroups = options.Isolation == "auto",
        CpuQuota = options.CpuLimit == "quota",
    };
}
