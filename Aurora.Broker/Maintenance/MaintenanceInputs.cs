using Aurora.Broker.FrontDoor;
using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Broker.Maintenance;

/// <summary>Applies what operators want of workers (aurora-spec section 8.4).</summary>
internal sealed class MaintenanceInputs(Turn turn, WorkerModes modes, Drains drains)
{
    private const int NamesShown = 10;

    public Answer Drain(DrainWorkers command)
    {
        if (!TryResolve(command, command.Workers, out var workers, out var refusal))
            return refusal;

        var timeout = command.TimeoutSecs is { } secs ? TimeSpan.FromSeconds(secs) : DrainOptions.DefaultTimeout;
        var drain = new DrainRequest(command.User, turn.Now, turn.Now + timeout, command.DefaultPolicy ?? SlaOptions.DefaultPolicy, command.Message);
        foreach (var worker in workers)
        {
            modes.Set(worker, worker.Tasks.Count == 0 ? MaintenanceMode.Drained : MaintenanceMode.Draining, drain, By("drained", command.User, command.Message));
            drains.Begin(worker);
        }

        drains.Run();
        return Changed(command, workers, workers.Count(w => w.Record.Mode == MaintenanceMode.Drained) is var done && done == workers.Count
            ? $"{Count(workers)} drained; no task was there." : $"{Count(workers)} being drained, {done} of them drained already.");
    }

    /// <summary>Workers that are being drained, or are drained, stay so: announcing maintenance must not call off one that is under way.</summary>
    public Answer Deactivate(DeactivateWorkers command)
    {
        if (!TryResolve(command, command.Workers, out var workers, out var refusal))
            return refusal;

        var further = 0;
        foreach (var worker in workers)
        {
            if (worker.Record.Mode is MaintenanceMode.Draining or MaintenanceMode.Drained)
                further++;
            else
                modes.Set(worker, MaintenanceMode.Scheduled, null, By("deactivated", command.User, command.Message));
        }

        return Changed(command, workers, $"{Count(workers)} deactivated.{(further == 0 ? "" : $" {further} of them had been drained, or are being drained, and stay so.")}");
    }

    public Answer Activate(ActivateWorkers command)
    {
        if (!TryResolve(command, command.Workers, out var workers, out var refusal))
            return refusal;

        foreach (var worker in workers)
            modes.Set(worker, MaintenanceMode.None, null, By("activated", command.User, null));
        return Changed(command, workers, $"{Count(workers)} activated.");
    }

    private bool TryResolve(ICommand command, IReadOnlyList<string> names, out IReadOnlyList<WorkerState> workers, out Answer refusal)
    {
        (workers, var unknown) = WorkerNames.Resolve(names, turn.State.WorkersById.Values);
        var more = unknown.Count > NamesShown ? $" and {unknown.Count - NamesShown} more" : "";
        refusal = Answer.Refused(command.CommandId, ErrorCodes.WorkerNotFound,
            $"no worker has the id or host name {string.Join(", ", unknown.Take(NamesShown).Select(n => $"'{n}'"))}{more}; nothing was changed");
        return unknown.Count == 0;
    }

    private static Answer Changed(ICommand command, IReadOnlyList<WorkerState> workers, string message) =>
        Answer.Ok(command.CommandId, message, new WorkersChanged([.. workers.Select(WorkerQueries.Summary)]));

    private static string Count(IReadOnlyList<WorkerState> workers) => workers.Count == 1 ? $"Worker {workers[0].Record.Id}" : $"{workers.Count} workers";

    private static string By(string what, string user, string? message) => string.IsNullOrWhiteSpace(message) ? $"{what} by {user}" : $"{what} by {user}: {message}";
}
