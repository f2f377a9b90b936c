using Aurora.Broker.State;
using Aurora.Core.Messages;

namespace Aurora.Broker.Maintenance;

/// <summary>The only way in which a worker's place in maintenance changes.</summary>
internal sealed class WorkerModes(Turn turn)
{
    /// <summary>Brings a worker to a mode; nothing happens when it is there with the same drain already.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="mode">The mode.</param>
    /// <param name="drain">The drain that it comes from; null for none.</param>
    /// <param name="message">Who wanted it and why, for those who listen.</param>
    public void Set(WorkerState worker, MaintenanceMode mode, DrainRequest? drain, string message)
    {
        var before = worker.Record;
        if (before.Mode == mode && before.Drain == drain)
            return;
        worker.Waits.Clear();
        turn.State.PutWorker(before with { Mode = mode, Drain = drain }, turn.Now);
        if (before.Mode != mode)
            turn.Effects.Add(new ModeAnnounced(new WorkerModeChanged(before.Id, before.Host, before.Mode, mode, turn.Now, message)));
    }
}
