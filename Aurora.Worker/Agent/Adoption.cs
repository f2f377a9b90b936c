using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;
using Aurora.Worker.Tasks;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Agent;

/// <summary>Finds on disk what an earlier agent was at, when an agent starts. One folder that cannot be read never hinders another.</summary>
/// <param name="folder">The worker's folder.</param>
/// <param name="keeper">Removes folders.</param>
/// <param name="logger">The log.</param>
internal sealed class Adoption(WorkerFolder folder, FolderKeeper keeper, ILogger logger)
{
    /// <summary>Reads every task whose end the broker has not stored.</summary>
    /// <param name="make">Makes a task of what was read.</param>
    /// <returns>The tasks.</returns>
    public IEnumerable<TaskOnWorker> Tasks(Func<CheckpointReading, TaskDefinition, TaskOnWorker> make)
    {
        keeper.RemoveTorn();
        foreach (var task in folder.All().Where(f => !File.Exists(f.RecordedMark)))
        {
            if (!File.Exists(task.Definition) && !File.Exists(task.Checkpoint))
            {
                keeper.Discard(task); // The agent died before it had taken the order; the order comes again.
                continue;
            }

            var reading = TaskCheckpoint.Read(task);
            if (reading.Fault is { } fault)
            {
                Log.TaskUnreadable(logger, task.Path, fault);
            }

            if ((reading.Definition ?? Unknown(task)) is { } definition)
            {
                yield return make(reading, definition);
            }
        }
    }

    /// <summary>Groups what the launcher found by task, and ends what belongs to no task that is here.</summary>
    /// <param name="launcher">The launcher.</param>
    /// <param name="known">Whether a task is here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Runs by task id.</returns>
    public async Task<ILookup<string, RecoveredRun>> RunsAsync(IProcessLauncher launcher, Func<string, bool> known, CancellationToken cancellationToken)
    {
        var runs = (await launcher.RecoverAsync(cancellationToken)).ToLookup(r => r.Key.TaskId, StringComparer.Ordinal);
        foreach (var stray in runs.Where(group => !known(group.Key)))
        {
            Log.RunsWithoutTask(logger, stray.Key);
            foreach (var run in stray)
            {
                await launcher.KillAsync(run.Key, cancellationToken);
                launcher.Forget(run.Key);
            }
        }

        return runs;
    }

    // With task.json gone, the folder's name still says which task must be reported.
    private static TaskDefinition? Unknown(TaskFolder task) => task.TaskOfName() is not { } id
        ? null
        : new TaskDefinition(
            TaskDefinition.CurrentVersion,
            DateTimeOffset.UnixEpoch,
            "",
            new LaunchTask(
                id,
                new JobKey("unknown", "unknown", "unknown", "unknown"),
                0,
                new TaskConfiguration { Name = "unknown", Processes = [], Resources = new ResourceGrant { Cpu = 0, Ram = 0, Disk = 0 } }));
}
