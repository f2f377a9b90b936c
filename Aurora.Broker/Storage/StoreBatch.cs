using Aurora.Broker.State;
using Aurora.Broker.Storage.Rows;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Storage;

/// <summary>One statement of a commit with its rows.</summary>
/// <param name="Name">The statement, and its parameter without the @.</param>
/// <param name="Rows">A JSON array.</param>
internal readonly record struct BatchStatement(string Name, string Rows);

/// <summary>Turns a batch of changes into statements, at most one write and one delete a table; tables without changes are left out.</summary>
internal static class StoreBatch
{
    /// <summary>
    /// Makes the statements in the order to run them in. What is deleted goes first, and ended attempts go before active ones, so that the unique
    /// index on active attempts never sees an attempt together with the one that replaces it.
    /// </summary>
    /// <param name="changes">The batch.</param>
    /// <param name="times">How the dialect takes times.</param>
    /// <returns>The statements.</returns>
    /// <exception cref="StoreException">A key is too long or not ASCII.</exception>
    public static IReadOnlyList<BatchStatement> Of(StoreChanges changes, TimeText times)
    {
        var batch = new List<BatchStatement>();
        Add("delete_tasks", changes.DeletedTasks, (row, task) => row.LoneKey("task_id", task.Value, KeyLength.Task));
        Add("delete_updates", changes.DeletedUpdates, (row, update) => row.LoneKey("update_id", update, KeyLength.Update));
        Add("delete_jobs", changes.DeletedJobs, InRow<Core.Jobs.JobKey>(KeyLength.Job));
        Add("delete_configurations", changes.DeletedConfigurations, (row, id) => row.LoneKey("configuration_id", id, KeyLength.Digest));
        Add("delete_workers", changes.DeletedWorkers, (row, worker) => row.LoneKey("worker_id", worker.Value, KeyLength.Identifier));
        Add("delete_replies", changes.DeletedReplies, (row, command) => row.LoneKey("command_id", command.ToString(), KeyLength.Uuid));
        Add("delete_quotas", changes.DeletedQuotas, (row, role) => row.LoneKey("role", role, KeyLength.Identifier));
        Add("delete_reservations", changes.DeletedReservations, (row, worker) => row.LoneKey("worker_id", worker.Value, KeyLength.Identifier));
        Add("write_configurations", changes.Configurations, InRow<ConfigurationRecord>(ConfigurationRow.Write));
        Add("write_jobs", changes.Jobs, InRow<JobRecord>(JobRow.Write));
        Add("write_tasks", EndedFirst(changes.Tasks), InRow<TaskRecord>(TaskRow.Write));
        Add("write_updates", changes.Updates, InRow<UpdateRecord>(UpdateRow.Write));
        Add("write_workers", changes.Workers, InRow<WorkerRecord>(WorkerRow.Write));
        Add("write_replies", changes.Replies, InRow<ReplyRecord>(ReplyRow.Write));
        Add("write_quotas", changes.Quotas, InRow<QuotaRecord>(QuotaRow.Write));
        Add("write_reservations", changes.Reservations, InRow<ReservationRecord>(ReservationRow.Write));
        return batch;

        void Add<T>(string name, IReadOnlyList<T> items, Action<RowWriter, T> write)
        {
            if (items.Count == 0)
                return;
            using var rows = new RowWriter(times);
            foreach (var item in items)
                write(rows, item);
            batch.Add(new BatchStatement(name, rows.Finish()));
        }
    }

    private static Action<RowWriter, T> InRow<T>(Action<RowWriter, T> columns) => (row, item) =>
    {
        row.BeginRow();
        columns(row, item);
        row.EndRow();
    };

    private static IReadOnlyList<TaskRecord> EndedFirst(IReadOnlyList<TaskRecord> tasks) =>
        tasks.Count < 2 ? tasks : [.. tasks.Where(task => IsEnded(task.State)), .. tasks.Where(task => !IsEnded(task.State))];

    private static bool IsEnded(TaskState state) =>
        state is TaskState.Finished or TaskState.Failed or TaskState.Killed or TaskState.Lost or TaskState.Deleted;
}
