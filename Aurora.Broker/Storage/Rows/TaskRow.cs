using System.Collections.Immutable;
using System.Text.Json;
using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>tasks</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class TaskRow
{
    public string TaskId { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string Role { get; init; } = "";

    public string Environment { get; init; } = "";

    public string Name { get; init; } = "";

    public int Instance { get; init; }

    public string State { get; init; } = "";

    public string ConfigurationId { get; init; } = "";

    public string? WorkerId { get; init; }

    public string? AncestorId { get; init; }

    public int FailureCount { get; init; }

    public int TimesPartitioned { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public string Events { get; init; } = "";

    public string Processes { get; init; } = "";

    public string? Ports { get; init; }

    public string? ResourceUsage { get; init; }

    public static void Write(RowWriter row, TaskRecord task)
    {
        row.Key("task_id", task.Id.Value, KeyLength.Task);
        row.Job(task.Job);
        row.Number("instance", task.Instance);
        row.Text("state", EnumText<TaskState>.Write(task.State));
        row.Key("configuration_id", task.ConfigurationId, KeyLength.Digest);
        row.Key("worker_id", task.Worker?.Value, KeyLength.Identifier);
        row.Key("ancestor_id", task.Ancestor?.Value, KeyLength.Task);
        row.Number("failure_count", task.FailureCount);
        row.Number("times_partitioned", task.TimesPartitioned);
        row.Time("not_before", task.NotBefore);
        row.Time("created_at", task.CreatedAt);
        row.Time("changed_at", task.ChangedAt);
        row.Json("events", task.Events, StoreJson.Columns.ImmutableArrayTaskEvent);
        row.Json("processes", task.Processes, StoreJson.Columns.ImmutableArrayProcessReport);
        if (task.Ports.Count > 0)
            row.Json("ports", task.Ports, StoreJson.Columns.IReadOnlyDictionaryStringInt32);
        if (task.Usage is { } usage)
            row.Json("resource_usage", usage, StoreJson.Columns.ResourceUsage);
    }

    public TaskRecord ToRecord(Shared shared) => new()
    {
        Id = new TaskId(TaskId),
        Job = shared.Job(Cluster, Role, Environment, Name),
        Instance = Instance,
        State = EnumText<TaskState>.Read(State),
        ConfigurationId = shared.Text(ConfigurationId),
        Worker = WorkerId is null ? null : new WorkerId(shared.Text(WorkerId)),
        Ancestor = AncestorId is null ? null : new TaskId(AncestorId),
        FailureCount = FailureCount,
        TimesPartitioned = TimesPartitioned,
        NotBefore = NotBefore,
        CreatedAt = CreatedAt,
        ChangedAt = ChangedAt,
        Events = [.. JsonSerializer.Deserialize(Events, StoreJson.Columns.ImmutableArrayTaskEvent).Select(e => e with { Broker = shared.Text(e.Broker) })],
        Processes = JsonSerializer.Deserialize(Processes, StoreJson.Columns.ImmutableArrayProcessReport),
        Ports = Ports is null ? TaskRecord.NoPorts : TaskRecord.NoPorts.AddRange(JsonSerializer.Deserialize(Ports, StoreJson.Columns.IReadOnlyDictionaryStringInt32) ?? TaskRecord.NoPorts),
        Usage = ResourceUsage is null ? null : JsonSerializer.Deserialize(ResourceUsage, StoreJson.Columns.ResourceUsage),
    };
}
