using Aurora.Client.Jobs;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Client;

public sealed partial class AuroraClient
{
    /// <summary>Waits until a job has come so far. The wait itself has no limit but the token; each look at the broker has.</summary>
    /// <param name="job">The job.</param>
    /// <param name="until">How far.</param>
    /// <param name="progress">Told at each look; null for nobody.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How the job stands then; whether it stands well is in <see cref="JobProgress.Failures"/>.</returns>
    /// <exception cref="AuroraException">AUR2002: the job has no tasks.</exception>
    public async Task<JobProgress> WaitForJobAsync(JobKey job, JobMilestone until, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = await GetProgressAsync(job, cancellationToken).ConfigureAwait(false);
            progress?.Report(now);
            if (now.Reached(until))
            {
                return now;
            }

            await Task.Delay(_options.PollInterval, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks how a job stands.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The newest attempt at each instance.</returns>
    /// <exception cref="AuroraException">AUR2002: the job has no tasks.</exception>
    public async Task<JobProgress> GetProgressAsync(JobKey job, CancellationToken cancellationToken)
    {
        var tasks = new List<TaskSummary>();
        await foreach (var task in GetTasksAsync(new TaskQuery(JobPattern.Of(job)), cancellationToken).ConfigureAwait(false))
        {
            tasks.Add(task);
        }

        return tasks.Count > 0
            ? JobProgress.Of(job, tasks)
            : throw new AuroraException(ErrorCodes.JobNotFound, $"Job {job} has no tasks. 'aurora job list {job.Cluster}' shows the jobs that there are.");
    }

    /// <summary>Waits until tasks have ended, as after a kill.</summary>
    /// <param name="job">Their job.</param>
    /// <param name="tasks">The tasks; none is waited for when it is empty.</param>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>A task that ends when they have.</returns>
    /// <exception cref="AuroraException">AUR3003: some have not ended in time.</exception>
    public async Task WaitForTasksToEndAsync(JobKey job, IReadOnlyCollection<TaskId> tasks, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var began = _options.Time.GetTimestamp();
        while (tasks.Count > 0)
        {
            var active = new HashSet<TaskId>();
            await foreach (var task in GetTasksAsync(new TaskQuery(JobPattern.Of(job)) { ActiveOnly = true }, cancellationToken).ConfigureAwait(false))
            {
                active.Add(task.TaskId);
            }

            tasks = [.. tasks.Where(active.Contains)];
            if (tasks.Count > 0 && _options.Time.GetElapsedTime(began) >= timeout)
            {
                throw new AuroraException(ErrorCodes.Timeout,
                    $"{tasks.Count} tasks of {job} have not ended within {timeout.TotalSeconds:0} s; they are still being killed, for example {tasks.First()}.");
            }

            if (tasks.Count > 0)
            {
                await Task.Delay(_options.PollInterval, _options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until an update is over.</summary>
    /// <param name="job">The job.</param>
    /// <param name="updateId">The update.</param>
    /// <param name="progress">Told at each look; null for nobody.</param>
    /// <param name="cancellationToken">Stops waiting; the update goes on.</param>
    /// <returns>The update as it ended.</returns>
    /// <exception cref="AuroraException">AUR2004: no such update.</exception>
    public async Task<UpdateSummary> WaitForUpdateAsync(JobKey job, string updateId, IProgress<UpdateSummary>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var update = await GetUpdatesAsync(job, updateId, cancellationToken).ConfigureAwait(false) is [var newest, ..]
                ? newest
                : throw new AuroraException(ErrorCodes.UpdateNotFound, $"Job {job} has no update '{updateId}'.");
            progress?.Report(update);
            if (UpdateStatus.IsTerminal(update.Status))
            {
                return update;
            }

            await Task.Delay(_options.PollInterval, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
