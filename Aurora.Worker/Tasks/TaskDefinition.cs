using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Worker.Health;

namespace Aurora.Worker.Tasks;

/// <summary>What <c>task.json</c> holds: the order to run a task, and when this worker took it.</summary>
/// <param name="Version">The file's version, 1.</param>
/// <param name="AcceptedAt">When the worker took it.</param>
/// <param name="BootId">The machine's boot in which it did; a task of an earlier boot has no process any more. Empty where there is no such id.</param>
/// <param name="Launch">The order.</param>
internal sealed record TaskDefinition(int Version, DateTimeOffset AcceptedAt, string BootId, LaunchTask Launch)
{
    /// <summary>The version that this program writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>What is to be checked of its health; null for nothing (aurora-spec section 3.7).</summary>
    public HealthCheck? HealthCheck { get; } = HealthCheckPlan.Of(Launch, PortsOf(Launch).IsBound);

    /// <summary>The plan that the task begins with.</summary>
    /// <returns>The plan, STARTING.</returns>
    public TaskPlan BeginPlan()
    {
        var hooks = Launch.Lifecycle.Http is { } http && PortsOf(Launch).IsBound(http.Port)
            ? new HookRule(TimeSpan.FromSeconds(http.GracefulShutdownWaitSecs), TimeSpan.FromSeconds(http.ShutdownWaitSecs))
            : null;
        return TaskPlan.Begin(Launch.Task, AcceptedAt, new PlanRules(HealthCheck is not null, hooks));
    }

    private static PortPlan PortsOf(LaunchTask launch) => PortPlan.Of(launch.Task, launch.Announce, launch.HealthCheckConfig);

    /// <summary>Reads <c>task.json</c>.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <returns>The task, or null when its version or shape is not known.</returns>
    /// <exception cref="JsonException">It is no JSON of that shape.</exception>
    public static TaskDefinition? Parse(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, TaskFileJson.Default.TaskDefinitionFile) is { Version: CurrentVersion } file
        && file.Launch.Deserialize(AuroraJson.Default.LaunchTask) is { Task.Processes: not null } launch
            ? new TaskDefinition(file.Version, file.AcceptedAt, file.BootId, launch)
            : null;

    /// <summary>Writes <c>task.json</c>.</summary>
    /// <returns>Its bytes.</returns>
    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(
        new TaskDefinitionFile(Version, AcceptedAt, BootId, JsonSerializer.SerializeToElement(Launch, AuroraJson.Default.LaunchTask)),
        TaskFileJson.Default.TaskDefinitionFile);
}

/// <summary>How it is written: the order keeps the shape of the message, which Core alone can read and write.</summary>
/// <param name="Version">As in <see cref="TaskDefinition"/>.</param>
/// <param name="AcceptedAt">As in <see cref="TaskDefinition"/>.</param>
/// <param name="BootId">As in <see cref="TaskDefinition"/>.</param>
/// <param name="Launch">A <c>launch_task</c> message's body.</param>
internal sealed record TaskDefinitionFile(int Version, DateTimeOffset AcceptedAt, string BootId, JsonElement Launch);

/// <summary>How the worker's files are written; the same shape as the messages (snake_case, absent instead of null, capitals for states).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    AllowOutOfOrderMetadataProperties = true,
    Converters = [typeof(UpperSnakeEnumConverter<TaskState>)])]
[JsonSerializable(typeof(TaskDefinitionFile))]
[JsonSerializable(typeof(PlanEvent))]
internal sealed partial class TaskFileJson : JsonSerializerContext;
