using Aurora.Broker.State;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.FrontDoor;

/// <summary>Where the workers' messages come in: reads them and hands them to the loop. What cannot be read is dead-lettered with the reason.</summary>
internal sealed class WorkerDoor(PoisonList poison)
{
    /// <summary>Takes a delivery in.</summary>
    public ValueTask AdmitAsync(IDelivery delivery, BrokerLoop loop, CancellationToken cancellationToken)
    {
        var (message, error) = MessageCatalog.Read(delivery.Message.Name, delivery.Message.Version, delivery.Message.Body.Span);
        if (message is null)
            delivery.Reject(error ?? "unreadable");
        else if (poison.Contains(delivery.Message.Id))
            delivery.Reject("applying this message failed by a defect; the broker's log says more");
        else if (!IsComplete(message))
            delivery.Reject($"message '{delivery.Message.Name}' lacks a required field, or is nothing that a worker sends");
        else
            return loop.OfferAsync(new WorkerInput(message, delivery), cancellationToken);
        return ValueTask.CompletedTask;
    }

    // A field that the sender left out is null here, whatever its type says.
    private static bool IsComplete(object message) => message switch
    {
        WorkerHello hello => hello.Worker.Value is not null && hello is { Host: not null, Version: not null, Total: not null, Attributes: not null, Tasks: not null }
            && hello.Tasks.All(IsComplete),
        WorkerHeartbeat heartbeat => heartbeat.Worker.Value is not null,
        TasksReported reported => reported.Worker.Value is not null && reported.Tasks is not null && reported.Tasks.All(IsComplete),
        _ => false,
    };

    private static bool IsComplete(TaskReport report) => report is { Processes: not null } && report.TaskId.Value is not null;
}
