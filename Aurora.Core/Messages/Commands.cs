using Aurora.Core.Configuration;
using Aurora.Core.Jobs;

namespace Aurora.Core.Messages;

/// <summary>Creates a job: all its instances become PENDING. Refused when the job has active tasks (AUR2001) or the configuration is not valid. Result: <see cref="JobCreated"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Job">The whole bound job.</param>
public sealed record CreateJob(Guid CommandId, string User, JobConfiguration Job) : ICommand;

/// <summary>Kills tasks of a job. Refused for a job without any task (AUR2002) and while an update is active (AUR2003). Result: <see cref="TasksKilled"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Job">The job.</param>
/// <param name="Instances">Which instances; null for all.</param>
/// <param name="Message">Why, for the history; at most 1,024 characters.</param>
public sealed record KillTasks(Guid CommandId, string User, JobKey Job, IReadOnlyList<int>? Instances, string? Message) : ICommand;

/// <summary>Starts an update of a service to a new configuration (aurora-spec section 6). Result: <see cref="UpdateStarted"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Job">The whole bound new job.</param>
/// <param name="Instances">The scope; null for all.</param>
/// <param name="Message">Why, for the history; at most 1,024 characters.</param>
public sealed record StartUpdate(Guid CommandId, string User, JobConfiguration Job, IReadOnlyList<int>? Instances, string? Message) : ICommand;

/// <summary>
/// Stops the active update of a job where it stands (aurora-spec section 6.6): instances stay as they are, and what is being killed dies and is not replaced.
/// Refused when no update is active (AUR2004). Result: <see cref="UpdateEnded"/>.
/// </summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Job">The job.</param>
/// <param name="Message">Why, for the history; at most 1,024 characters.</param>
public sealed record AbortUpdate(Guid CommandId, string User, JobKey Job, string? Message) : ICommand;

/// <summary>Asks for jobs. Result: <see cref="JobPage"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Role">A name with <c>*</c> and <c>?</c> as wildcards; null for all.</param>
/// <param name="Environment">Likewise.</param>
/// <param name="Name">Likewise.</param>
/// <param name="After">The <see cref="JobPage.Next"/> of the page before; null for the first.</param>
/// <param name="Limit">Page size, 1 to 1,000.</param>
public sealed record GetJobs(Guid CommandId, string User, string? Role, string? Environment, string? Name, string? After, int Limit) : ICommand;

/// <summary>Asks for tasks, active ones first, newest attempt first per instance. Result: <see cref="TaskPage"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Role">A name with <c>*</c> and <c>?</c> as wildcards; null for all.</param>
/// <param name="Environment">Likewise.</param>
/// <param name="Name">Likewise.</param>
/// <param name="Instances">Which instances; null for all.</param>
/// <param name="TaskId">One task; null for all.</param>
/// <param name="ActiveOnly">Leave out terminal tasks.</param>
/// <param name="After">The <see cref="TaskPage.Next"/> of the page before; null for the first.</param>
/// <param name="Limit">Page size, 1 to 1,000.</param>
public sealed record GetTasks(
    Guid CommandId, string User, string? Role, string? Environment, string? Name, IReadOnlyList<int>? Instances, TaskId? TaskId,
    bool ActiveOnly, string? After, int Limit) : ICommand;

/// <summary>Asks for the newest updates of a job. Result: <see cref="UpdatePage"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="Job">The job.</param>
/// <param name="UpdateId">One update; null for all.</param>
/// <param name="Limit">Page size, 1 to 100.</param>
public sealed record GetUpdates(Guid CommandId, string User, JobKey Job, string? UpdateId, int Limit) : ICommand;

/// <summary>Asks for what a process wrote. Result: <see cref="LogChunk"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Process">The process's name; null for the one that tells most: the last failed, else the last started.</param>
/// <param name="Run">The run, from 0; null for the last.</param>
/// <param name="Stream"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Offset">From which byte; negative counts from the end of the file.</param>
/// <param name="MaxBytes">At most so many bytes, 1 to 1 MiB.</param>
public sealed record ReadTaskLog(
    Guid CommandId, string User, TaskId TaskId, string? Process, int? Run, string Stream, long Offset, int MaxBytes) : ICommand;

/// <summary>Asks for bytes of a file in a task's sandbox. Result: <see cref="FileChunk"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Path">The file, relative to the sandbox, parts divided by <c>/</c>; 1 to 4,096 characters.</param>
/// <param name="Offset">From which byte; negative counts from the end of the file.</param>
/// <param name="MaxBytes">At most so many bytes, 1 to 1 MiB.</param>
public sealed record ReadTaskFile(Guid CommandId, string User, TaskId TaskId, string Path, long Offset, int MaxBytes) : ICommand;

/// <summary>Asks what is in a folder of a task's sandbox. Result: <see cref="TaskFileList"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Path">The folder, relative to the sandbox, at most 4,096 characters; empty for the sandbox itself.</param>
public sealed record ListTaskFiles(Guid CommandId, string User, TaskId TaskId, string Path) : ICommand;

/// <summary>Asks about the cluster. Result: <see cref="ClusterStatus"/>.</summary>
/// <param name="CommandId">See <see cref="ICommand"/>.</param>
/// <param name="User">See <see cref="ICommand"/>.</param>
public sealed record GetCluster(Guid CommandId, string User) : ICommand;
