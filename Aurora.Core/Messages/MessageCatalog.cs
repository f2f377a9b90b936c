using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Core.Messages;

/// <summary>Every message that travels: its wire name, its version and how its body is written. Golden files in the tests hold names and shapes.</summary>
public static class MessageCatalog
{
    private static readonly MessageContract[] Entries =
    [
        new("create_job", 1, AuroraJson.Default.CreateJob),
        new("kill_tasks", 1, AuroraJson.Default.KillTasks),
        new("start_update", 1, AuroraJson.Default.StartUpdate),
        new("abort_update", 1, AuroraJson.Default.AbortUpdate),
        new("get_jobs", 1, AuroraJson.Default.GetJobs),
        new("get_tasks", 1, AuroraJson.Default.GetTasks),
        new("get_updates", 1, AuroraJson.Default.GetUpdates),
        new("read_task_log", 1, AuroraJson.Default.ReadTaskLog),
        new("read_task_file", 1, AuroraJson.Default.ReadTaskFile),
        new("list_task_files", 1, AuroraJson.Default.ListTaskFiles),
        new("get_cluster", 1, AuroraJson.Default.GetCluster),
        new("get_workers", 1, AuroraJson.Default.GetWorkers),
        new("drain_workers", 1, AuroraJson.Default.DrainWorkers),
        new("deactivate_workers", 1, AuroraJson.Default.DeactivateWorkers),
        new("activate_workers", 1, AuroraJson.Default.ActivateWorkers),
        new("get_quotas", 1, AuroraJson.Default.GetQuotas),
        new("set_quota", 1, AuroraJson.Default.SetQuota),
        new("reply", 1, AuroraJson.Default.Reply),
        new("worker_hello", 1, AuroraJson.Default.WorkerHello),
        new("worker_heartbeat", 1, AuroraJson.Default.WorkerHeartbeat),
        new("tasks_reported", 1, AuroraJson.Default.TasksReported),
        new("launch_task", 1, AuroraJson.Default.LaunchTask),
        new("kill_task", 1, AuroraJson.Default.KillTask),
        new("ends_recorded", 1, AuroraJson.Default.EndsRecorded),
        new("send_hello", 1, AuroraJson.Default.SendHello),
        new("heartbeat_heard", 1, AuroraJson.Default.HeartbeatHeard),
        new("check_role", 1, AuroraJson.Default.CheckRole),
        new("role_checked", 1, AuroraJson.Default.RoleChecked),
        new("read_log", 1, AuroraJson.Default.ReadLog),
        new("log_read", 1, AuroraJson.Default.LogRead),
        new("read_sandbox_file", 1, AuroraJson.Default.ReadSandboxFile),
        new("sandbox_file_read", 1, AuroraJson.Default.SandboxFileRead),
        new("list_sandbox", 1, AuroraJson.Default.ListSandbox),
        new("sandbox_listed", 1, AuroraJson.Default.SandboxListed),
        new("task_state_changed", 1, AuroraJson.Default.TaskStateChanged),
        new("duplicate_found", 1, AuroraJson.Default.DuplicateFound),
        new("worker_mode_changed", 1, AuroraJson.Default.WorkerModeChanged),
    ];

    private static readonly FrozenDictionary<string, MessageContract> ByName = Entries.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);
    private static readonly FrozenDictionary<Type, MessageContract> ByType = Entries.ToFrozenDictionary(e => e.TypeInfo.Type);

    /// <summary>All contracts.</summary>
    public static IReadOnlyList<MessageContract> All => Entries;

    /// <summary>The contract of a message type.</summary>
    /// <param name="type">The record's type.</param>
    /// <returns>Its contract.</returns>
    /// <exception cref="KeyNotFoundException">The type is no message.</exception>
    public static MessageContract Of(Type type) => ByType[type];

    /// <summary>Reads a body by its wire name. Unknown fields are ignored, so that a newer sender of the same version is understood.</summary>
    /// <param name="name">The wire name.</param>
    /// <param name="version">The wire version.</param>
    /// <param name="body">UTF-8 JSON.</param>
    /// <returns>The message, or why it cannot be read; exactly one of both is null.</returns>
    public static (object? Message, string? Error) Read(string name, int version, ReadOnlySpan<byte> body)
    {
        if (!ByName.TryGetValue(name, out var contract))
        {
            return (null, $"unknown message name '{name}'");
        }

        if (contract.Version != version)
        {
            return (null, $"message '{name}' has version {version}; this program knows version {contract.Version}");
        }

        try
        {
            var message = JsonSerializer.Deserialize(body, contract.TypeInfo);
            return message is null ? (null, $"message '{name}' is null") : (message, null);
        }
        catch (JsonException e)
        {
            return (null, $"message '{name}' cannot be read: {e.Message}");
        }
    }
}

/// <summary>How one message travels.</summary>
/// <param name="Name">The wire name.</param>
/// <param name="Version">The wire version, from 1.</param>
/// <param name="TypeInfo">How its body is written and read.</param>
public sealed record MessageContract(string Name, int Version, JsonTypeInfo TypeInfo)
{
    /// <summary>Writes a body.</summary>
    /// <param name="message">A message of this contract's type.</param>
    /// <returns>UTF-8 JSON.</returns>
    public byte[] Write(object message) => JsonSerializer.SerializeToUtf8Bytes(message, TypeInfo);
}
