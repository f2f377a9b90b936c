using System.Threading.Channels;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Messaging;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>Answers requests (logs, sandboxes, roles) beside the orders, two at a time, so that a slow user database or disk holds no launch up.</summary>
/// <param name="bus">The bus.</param>
/// <param name="launcher">Knows which roles can run.</param>
/// <param name="find">Finds a task.</param>
/// <param name="logger">The log.</param>
internal sealed class RequestDesk(IMessageBus bus, IProcessLauncher launcher, Func<TaskId, TaskOnWorker?> find, ILogger logger) : IAsyncDisposable
{
    private const int Clerks = 2;

    private readonly Channel<(object Request, IDelivery Delivery)> _requests = Channel.CreateBounded<(object, IDelivery)>(256);
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Begins to answer.</summary>
    public void Start() => _work = Task.WhenAll(Enumerable.Range(0, Clerks).Select(_ => Task.Run(WorkAsync)));

    /// <summary>Takes a request; waits when too many wait already.</summary>
    /// <param name="request">The request.</param>
    /// <param name="delivery">How it came.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when it was taken.</returns>
    public ValueTask TakeAsync(object request, IDelivery delivery, CancellationToken cancellationToken) =>
        _requests.Writer.WriteAsync((request, delivery), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var (request, delivery) = await _requests.Reader.ReadAsync(_stop.Token);
                await AnswerAsync(request, delivery);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(object request, IDelivery delivery)
    {
        try
        {
            object answer = request switch
            {
                CheckRole { Role: var role } => new RoleChecked(role, launcher.CheckRole(role)),
                ReadLog query => Read(query),
                ReadSandboxFile query => find(query.TaskId) is { } task ? SandboxReader.Read(query, task.Folder) : new SandboxFileRead(null, NoTask(query.TaskId)),
                ListSandbox query => find(query.TaskId) is { } task ? SandboxReader.List(query, task.Folder) : new SandboxListed(null, false, NoTask(query.TaskId)),
                _ => throw new InvalidOperationException($"{request.GetType().Name} is no request to a worker."),
            };
            var contract = MessageCatalog.Of(answer.GetType());
            await bus.ReplyAsync(delivery, new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(answer)), _stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            Log.RequestFailed(logger, delivery.Message.Name, e); // Whoever asked does not wait for ever, and asks again.
        }

        delivery.Ack();
    }

    private LogRead Read(ReadLog query) => find(query.TaskId) is { } task
        ? LogReader.Read(query, task.Folder, task.Plan)
        : new LogRead(null, NoTask(query.TaskId));

    private static Fault NoTask(TaskId id) => new(ErrorCodes.TaskNotFound, "task_id", id.Value, "is not, or is no longer, on this worker");
}
