using Aurora.Core.Errors;
using Aurora.Messaging;
using Aurora.Worker.Agent;
using Aurora.Worker.Launching;
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
            agent = new WorkerAgent(WithHost(options), folder, bus, Parts(options, loggers, time));
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _lock.Dispose();
    }

    private static void MakeFolder(WorkerFolder folder)
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

    private static WorkerOptions WithHost(WorkerOptions options) => options.Attributes.ContainsKey("host")
        ? options
        : options with { Attributes = new SortedDictionary<string, string>(options.Attributes.ToDictionary(), StringComparer.Ordinal) { ["host"] = options.Hostname } };

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

        return new AgentParts(
            new LinuxProcessLauncher(launching, time, loggers.CreateLogger("Aurora.Worker.Processes")),
            new LaunchRequestMaker(options.Hostname, options.Shell, options.SearchPath),
            new RoleUsers(options.RunAllRolesAsCurrentUser),
            new SemaphoreSlim(options.LaunchLimit),
            new DueQueue(time),
            options.KillWait,
            Machine.BootId(),
            time,
            logger);
    }
}
