using System.Threading.Channels;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.State;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.Dispatch;

/// <summary>
/// Sends the effects of committed turns, in order, with many confirms outstanding. It is weak where the bus stays away for long: when its line is full,
/// further effects are dropped, and counted. Launches and kills are then sent again by their due times, and requesters ask again.
/// </summary>
internal sealed class EffectSender : IEffectSink, IAsyncDisposable
{
    private const int LineLength = 100_000;
    private const int Window = 500;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Channel<Effect> _line = Channel.CreateBounded<Effect>(new BoundedChannelOptions(LineLength) { SingleReader = true });
    private readonly SemaphoreSlim _window = new(Window, Window);
    private readonly HashSet<WorkerId> _declared = [];
    private readonly IMessageBus _bus;
    private readonly TaskReads _reads;
    private readonly CoordinatorCalls _coordinators;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _drop = new();
    private readonly Task _pump;
    private long _dropped;

    public EffectSender(IMessageBus bus, TaskReads reads, CoordinatorCalls coordinators, ILogger logger)
    {
        (_bus, _reads, _coordinators, _logger) = (bus, reads, coordinators, logger);
        _pump = Task.Run(PumpAsync);
    }

    public void Send(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (!_line.Writer.TryWrite(effect) && Interlocked.Increment(ref _dropped) % 1000 == 1)
                Log.EffectsDropped(_logger, Interlocked.Read(ref _dropped));
        }
    }

    /// <summary>Sends what waits, for a moment, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _line.Writer.TryComplete();
        await _coordinators.StopAsync();
        _drop.CancelAfter(LastWords);
        await _pump;
        _coordinators.Dispose();
        _drop.Dispose();
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var effect in _line.Reader.ReadAllAsync(_drop.Token))
            {
                await _window.WaitAsync(_drop.Token);
                if (effect is ToWorker to)
                    await DeclareAsync(to.Worker);
                _ = SendAsync(effect); // Accounted for by the window, which is waited for at the end.
            }

            for (var i = 0; i < Window; i++)
                await _window.WaitAsync(_drop.Token);
        }
        catch (OperationCanceledException) when (_drop.IsCancellationRequested)
        {
            Log.EffectsLeftBehind(_logger, _line.Reader.Count);
        }
    }

    private async Task DeclareAsync(WorkerId worker)
    {
        if (_declared.Contains(worker))
            return;
        try
        {
            await _bus.DeclareQueueAsync(QueueNames.Worker(worker), _drop.Token);
            _declared.Add(worker);
        }
        catch (BusException e)
        {
            Log.SendFailed(_logger, QueueNames.Worker(worker), e.Message);
        }
    }

    private async Task SendAsync(Effect effect)
    {
        try
        {
            await (effect switch
            {
                Answered answered => answered.Request.AnswerAsync(answered.Answer.ToReply(), _drop.Token),
                ToWorker to => _bus.PublishAsync(QueueNames.Worker(to.Worker), Wire(to.Message), _drop.Token),
                Announced announced => _bus.PublishEventAsync(RoutingKey(announced.Change), Wire(announced.Change), _drop.Token),
                DuplicateReported { Found: var found } => ReportAsync(found),
                TwinReported twin => ReportAsync(twin),
                ModeAnnounced announced => AnnounceAsync(announced.Change),
                AskCoordinator ask => _coordinators.AskAsync(ask),
                ForwardedRead read => _reads.StartAsync(read, _drop.Token),
                _ => throw new InvalidOperationException($"Nobody sends {effect.GetType().Name}."),
            });
        }
        catch (OperationCanceledException) when (_drop.IsCancellationRequested)
        {
            // Stopping: what is left is derived again from the state.
        }
        catch (BusException e)
        {
            Log.SendFailed(_logger, Target(effect), e.Message);
        }
        catch (Exception e)
        {
            Log.SendBroke(_logger, Target(effect), e); // The top of this effect's own path: one bad effect must not end the others.
        }
        finally
        {
            _window.Release();
        }
    }

    private Task ReportAsync(DuplicateFound found)
    {
        Log.DuplicateFound(_logger, found.TaskId, found.Worker, found.Message);
        return _bus.PublishEventAsync($"{RoutingKey(found.Job, found.Instance)}.DUPLICATE_FOUND", Wire(found), _drop.Token);
    }

    private Task ReportAsync(TwinReported twin)
    {
        Log.TwinFound(_logger, twin.Worker, twin.Host, twin.Twin);
        return Task.CompletedTask;
    }

    private Task AnnounceAsync(WorkerModeChanged change)
    {
        Log.WorkerModeChanged(_logger, change.Worker, change.Host, change.From, change.To, change.Message);
        return _bus.PublishEventAsync($"worker.{Word(change.Worker.Value)}.{change.To.ToString().ToUpperInvariant()}", Wire(change), _drop.Token);
    }

    private static BusMessage Wire(object message)
    {
        var contract = MessageCatalog.Of(message.GetType());
        return new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(message));
    }

    private static string Target(Effect effect) => effect is ToWorker to ? QueueNames.Worker(to.Worker) : effect.GetType().Name;

    // A routing key has at most 255 bytes; names may be longer than that together.
    private static string RoutingKey(TaskStateChanged change) => $"{RoutingKey(change.Job, change.Instance)}.{change.To.ToString().ToUpperInvariant()}";

    private static string RoutingKey(JobKey job, int instance) => $"{Word(job.Role)}.{Word(job.Environment)}.{Word(job.Name)}.{instance}";

    private static string Word(string name) => (name.Length > 70 ? name[..70] : name).Replace('.', '_');
}
