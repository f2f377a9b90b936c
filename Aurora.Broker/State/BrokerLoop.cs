using System.Threading.Channels;
using Aurora.Broker.Dispatch;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Storage;
using Aurora.Core.Jobs;

namespace Aurora.Broker.State;

/// <summary>
/// The one logical thread that owns the state. It takes what has come in, up to a limit, applies it, commits it in one transaction, and only then acknowledges the
/// inputs and hands the effects on. While a commit is under way the next inputs gather. When a commit fails, or applying does, it ends: the caller throws the
/// state away, and what was not acknowledged comes again.
/// </summary>
internal sealed class BrokerLoop : IDisposable
{
    /// <summary>How many inputs one commit takes at most.</summary>
    public const int MaxBatch = 1000;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    // It turns at least so often, also when nothing is due; after a longer pause it has stood still (the machine was suspended or swapped, a commit took long), and has heard nobody.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private readonly Channel<LoopInput> _inputs = Channel.CreateBounded<LoopInput>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private readonly BrokerMachine _machine;
    private readonly IStore _store;
    private readonly long _epoch;
    private readonly IEffectSink _effects;
    private readonly PoisonList _poison;
    private readonly SteadyClock _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly List<LoopInput> _batch = new(MaxBatch);
    private WorkerId[] _liveWorkers = [];
    private DateTimeOffset? _lastTurn;

    public BrokerLoop(BrokerMachine machine, IStore store, long epoch, IEffectSink effects, PoisonList poison, TimeProvider time, ILogger logger)
    {
        (_machine, _store, _epoch, _effects, _poison, _clock, _logger) = (machine, store, epoch, effects, poison, new SteadyClock(time), logger);
        // A full channel needs no waking: the loop is at work.
        _timer = time.CreateTimer(_ => _inputs.Writer.TryWrite(WakeUp.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The workers that are up, as of the last commit; for those who must not touch the state.</summary>
    public IReadOnlyList<WorkerId> LiveWorkers => Volatile.Read(ref _liveWorkers);

    /// <summary>Whether there is something to do in another round: inputs wait, or a round left something over.</summary>
    public bool HasWork => _machine.HasMore || _inputs.Reader.TryPeek(out _);

    /// <summary>Hands an input over; waits while too many are waiting.</summary>
    /// <exception cref="ChannelClosedException">The loop has ended.</exception>
    public ValueTask OfferAsync(LoopInput input, CancellationToken cancellationToken) => _inputs.Writer.WriteAsync(input, cancellationToken);

    /// <summary>Works until it is stopped or fails.</summary>
    /// <param name="stop">Ends it after the batch that it holds.</param>
    /// <param name="drop">Ends it at once, also while it commits.</param>
    /// <exception cref="StaleEpochException">Another broker leads.</exception>
    /// <exception cref="StoreException">The store could not commit.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken drop)
    {
        try
        {
            do
                await StepAsync(drop);
            while (!stop.IsCancellationRequested && (_machine.HasMore || await WaitAsync(stop)));
        }
        finally
        {
            Close();
        }
    }

    /// <summary>
    /// One round: takes what waits, applies and commits it, and sets the timer for what falls due next. For <see cref="RunAsync"/>, and for whoever drives the loop by a
    /// clock of their own; between two rounds they wait until <see cref="HasWork"/>. After a failure the loop is only good to be closed.
    /// </summary>
    /// <param name="drop">Gives up, also while it commits.</param>
    /// <exception cref="StaleEpochException">Another broker leads.</exception>
    /// <exception cref="StoreException">The store could not commit.</exception>
    public async Task StepAsync(CancellationToken drop)
    {
        await TurnAsync(drop);
        Arm();
    }

    /// <summary>Ends it: what it holds is abandoned, and nothing is taken in any more.</summary>
    public void Close()
    {
        _inputs.Writer.TryComplete();
        foreach (var input in _batch)
            input.Abandon();
        _batch.Clear();
        while (_inputs.Reader.TryRead(out var input))
            input.Abandon();
    }

    public void Dispose() => _timer.Dispose();

    private async Task TurnAsync(CancellationToken drop)
    {
        var now = _clock.Now();
        if (now - _lastTurn > LongestPause)
            _machine.HearAnew(now); // What workers said meanwhile lies in the queue, behind what fell due.
        _lastTurn = now;
        _machine.Begin(now);
        while (_batch.Count < MaxBatch && _inputs.Reader.TryRead(out var input))
        {
            _batch.Add(input);
            Apply(input);
        }

        var result = _machine.End();
        if (!result.Changes.IsEmpty || result.MustProveLeadership)
            await _store.CommitAsync(_epoch, result.Changes.ToStoreChanges(), drop);

        UpdateLiveWorkers();
        _effects.Send(result.Effects);
        foreach (var input in _batch)
            input.Ack();
        _batch.Clear();
    }

    private void Apply(LoopInput input)
    {
        try
        {
            _machine.Apply(input);
        }
        catch (Exception e)
        {
            // A defect. The half-applied turn is thrown away with the state; the input must not bring the next one down as well.
            _poison.Add(input.MessageId);
            Log.InputFailed(_logger, input.MessageId, e);
            throw;
        }
    }

    private void Arm()
    {
        // At least a millisecond: the state's clock has whole milliseconds, and an earlier look would find nothing due. Armed anew at every turn, since
        // a timer may fire early, and its wake-up may find the channel full.
        var wait = _machine.NextDue - _clock.Now() ?? LongestWait;
        _timer.Change(wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private async Task<bool> WaitAsync(CancellationToken stop)
    {
        try
        {
            return await _inputs.Reader.WaitToReadAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private void UpdateLiveWorkers()
    {
        if (!_machine.TakePresenceChanged())
            return;
        Volatile.Write(ref _liveWorkers, [.. _machine.State.Workers.Values.Where(w => w.Presence == WorkerPresence.Up).Select(w => w.Record.Id)]);
    }
}
