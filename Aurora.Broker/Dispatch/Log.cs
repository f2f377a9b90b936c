using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.Dispatch;

/// <summary>What sending reports. Event ids 1200 to 1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Warning, "The line of effects is full; {Count} were dropped so far and will be derived again from the state")]
    public static partial void EffectsDropped(ILogger logger, long count);

    [LoggerMessage(1201, LogLevel.Warning, "Stopping with {Count} effects unsent; they will be derived again from the state")]
    public static partial void EffectsLeftBehind(ILogger logger, int count);

    [LoggerMessage(1202, LogLevel.Warning, "Sending to {Target} failed and will be retried from the state: {Reason}")]
    public static partial void SendFailed(ILogger logger, string target, string reason);

    [LoggerMessage(1203, LogLevel.Error, "Sending to {Target} failed")]
    public static partial void SendBroke(ILogger logger, string target, Exception exception);

    [LoggerMessage(1204, LogLevel.Warning, "The coordinator of {Job} was asked about instance {Instance} and did not let it go; it will be asked again: {Reason}")]
    public static partial void CoordinatorFailed(ILogger logger, JobKey job, int instance, string reason);

    [LoggerMessage(1205, LogLevel.Information, "Worker {Worker} on {Host} went from {From} to {To}: {Reason}")]
    public static partial void WorkerModeChanged(ILogger logger, WorkerId worker, string host, MaintenanceMode from, MaintenanceMode to, string reason);

    [LoggerMessage(1206, LogLevel.Warning, "Task {Task} on worker {Worker}: {What}")]
    public static partial void DuplicateFound(ILogger logger, TaskId task, WorkerId worker, string what);

    [LoggerMessage(1207, LogLevel.Error, "Two agents have the worker id {Worker}: one on host {Host}, one on {Twin}. The worker gets no tasks until one of them is given another id")]
    public static partial void TwinFound(ILogger logger, WorkerId worker, string host, string twin);
}
