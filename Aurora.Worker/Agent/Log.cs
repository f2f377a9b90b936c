using Aurora.Core.Jobs;
using Aurora.Core.Tasks;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>What the agent logs; event ids 6000 to 6099. Never what a job prints, and never its command lines.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "Worker {Worker} started (session {Session}); {Tasks} tasks found in {Folder}")]
    public static partial void Started(ILogger logger, WorkerId worker, Guid session, int tasks, string folder);

    [LoggerMessage(6001, LogLevel.Information, "Worker {Worker} stopped; {Tasks} tasks are left running")]
    public static partial void Stopped(ILogger logger, WorkerId worker, int tasks);

    [LoggerMessage(6002, LogLevel.Information, "Task {Task} accepted, job {Job}")]
    public static partial void TaskAccepted(ILogger logger, TaskId task, JobKey job);

    [LoggerMessage(6003, LogLevel.Information, "Task {Task} ended {State}: {Reason}")]
    public static partial void TaskEnded(ILogger logger, TaskId task, TaskState state, string? reason);

    [LoggerMessage(6004, LogLevel.Warning, "Task {Task}: a step failed and is tried again in {Wait}")]
    public static partial void TaskStepFailed(ILogger logger, TaskId task, TimeSpan wait, Exception error);

    [LoggerMessage(6005, LogLevel.Error, "Task {Task} could not be recorded and is refused; look at the worker folder's disk")]
    public static partial void TaskNotRecorded(ILogger logger, TaskId task, Exception error);

    [LoggerMessage(6006, LogLevel.Error, "Task folder {Folder} cannot be read; its task is reported LOST: {Fault}")]
    public static partial void TaskUnreadable(ILogger logger, string folder, string fault);

    [LoggerMessage(6007, LogLevel.Warning, "Runs of task {Task} are known to the launcher, but the worker has no such task; they are ended")]
    public static partial void RunsWithoutTask(ILogger logger, string task);

    [LoggerMessage(6008, LogLevel.Warning, "The bus does not take reports; tried again in {Wait}: {Reason}")]
    public static partial void ReportFailed(ILogger logger, TimeSpan wait, string reason);

    [LoggerMessage(6009, LogLevel.Information, "Hello said with {Tasks} tasks")]
    public static partial void HelloSaid(ILogger logger, int tasks);

    [LoggerMessage(6010, LogLevel.Information, "Kill of task {Task} asked: {Reason}")]
    public static partial void KillAsked(ILogger logger, TaskId task, string reason);

    [LoggerMessage(6011, LogLevel.Warning, "Kill of task {Task} asked, which this worker does not know; reported LOST")]
    public static partial void KillOfUnknown(ILogger logger, TaskId task);

    [LoggerMessage(6012, LogLevel.Warning, "A {Name} request could not be answered")]
    public static partial void RequestFailed(ILogger logger, string name, Exception error);

    [LoggerMessage(6013, LogLevel.Information, "{Count} task folders removed, older than the retention")]
    public static partial void FoldersRemoved(ILogger logger, int count);

    [LoggerMessage(6014, LogLevel.Warning, "Old task folders could not be removed; tried again later")]
    public static partial void FoldersNotRemoved(ILogger logger, Exception error);

    [LoggerMessage(6015, LogLevel.Warning, "The worker runs every role as the user '{User}'")]
    public static partial void AllRolesAsOne(ILogger logger, string user);

    [LoggerMessage(6017, LogLevel.Error, "Task {Task}: its limits could not be set again: {Reason}")]
    public static partial void LimitsNotSet(ILogger logger, TaskId task, string reason);

    [LoggerMessage(6018, LogLevel.Information, "Groups of no known task were removed: {Groups}")]
    public static partial void GroupsRemoved(ILogger logger, string groups);

    [LoggerMessage(6019, LogLevel.Warning, "The worker is being emptied: it takes no more tasks, and ends {Tasks}")]
    public static partial void Draining(ILogger logger, int tasks);

    [LoggerMessage(6020, LogLevel.Information, "Isolation: {Attributes}")]
    public static partial void IsolatedBy(ILogger logger, string attributes);

    [LoggerMessage(6016, LogLevel.Warning, "The bus is not reached yet; tried again: {Reason}")]
    public static partial void BusNotReached(ILogger logger, string reason);

    [LoggerMessage(6021, LogLevel.Warning, "Task {Task} is ended: {Reason}")]
    public static partial void FenceClosed(ILogger logger, TaskId task, string reason);

    [LoggerMessage(6022, LogLevel.Warning, "The time of the last contact with the broker could not be written; an agent that is started now would end tasks early that must not outlive it")]
    public static partial void ContactNotWritten(ILogger logger, Exception error);

    [LoggerMessage(6023, LogLevel.Warning, "The session could not be written down; the broker may take the next agent for a twin of this one until it has been silent for a while")]
    public static partial void SessionNotWritten(ILogger logger, Exception error);
}
