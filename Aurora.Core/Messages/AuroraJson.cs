using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Core.Configuration;
using Aurora.Core.Tasks;

namespace Aurora.Core.Messages;

/// <summary>
/// The one JSON shape of everything that travels or is stored: snake_case fields, enumerations in capitals, absent instead of null, unknown fields ignored.
/// Source-generated, so that CLR names never travel and start-up stays short.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    Converters = [typeof(UpperSnakeEnumConverter<TaskState>), typeof(UpperSnakeEnumConverter<ProcessState>), typeof(UpperSnakeEnumConverter<ReplyCode>),
        typeof(UpperSnakeEnumConverter<MaintenanceMode>)])]
[JsonSerializable(typeof(CreateJob))]
[JsonSerializable(typeof(KillTasks))]
[JsonSerializable(typeof(StartUpdate))]
[JsonSerializable(typeof(AbortUpdate))]
[JsonSerializable(typeof(GetJobs))]
[JsonSerializable(typeof(GetTasks))]
[JsonSerializable(typeof(GetUpdates))]
[JsonSerializable(typeof(ReadTaskLog))]
[JsonSerializable(typeof(ReadTaskFile))]
[JsonSerializable(typeof(ListTaskFiles))]
[JsonSerializable(typeof(GetCluster))]
[JsonSerializable(typeof(GetWorkers))]
[JsonSerializable(typeof(DrainWorkers))]
[JsonSerializable(typeof(DeactivateWorkers))]
[JsonSerializable(typeof(ActivateWorkers))]
[JsonSerializable(typeof(GetQuotas))]
[JsonSerializable(typeof(SetQuota))]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(JobCreated))]
[JsonSerializable(typeof(TasksKilled))]
[JsonSerializable(typeof(UpdateStarted))]
[JsonSerializable(typeof(UpdateEnded))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(TaskPage))]
[JsonSerializable(typeof(UpdatePage))]
[JsonSerializable(typeof(LogChunk))]
[JsonSerializable(typeof(FileChunk))]
[JsonSerializable(typeof(TaskFileList))]
[JsonSerializable(typeof(ClusterStatus))]
[JsonSerializable(typeof(WorkerPage))]
[JsonSerializable(typeof(WorkersChanged))]
[JsonSerializable(typeof(QuotaPage))]
[JsonSerializable(typeof(QuotaSet))]
[JsonSerializable(typeof(WorkerHello))]
[JsonSerializable(typeof(WorkerHeartbeat))]
[JsonSerializable(typeof(TasksReported))]
[JsonSerializable(typeof(LaunchTask))]
[JsonSerializable(typeof(KillTask))]
[JsonSerializable(typeof(EndsRecorded))]
[JsonSerializable(typeof(SendHello))]
[JsonSerializable(typeof(HeartbeatHeard))]
[JsonSerializable(typeof(CheckRole))]
[JsonSerializable(typeof(RoleChecked))]
[JsonSerializable(typeof(ReadLog))]
[JsonSerializable(typeof(LogRead))]
[JsonSerializable(typeof(ReadSandboxFile))]
[JsonSerializable(typeof(SandboxFileRead))]
[JsonSerializable(typeof(ListSandbox))]
[JsonSerializable(typeof(SandboxListed))]
[JsonSerializable(typeof(TaskStateChanged))]
[JsonSerializable(typeof(DuplicateFound))]
[JsonSerializable(typeof(WorkerModeChanged))]
[JsonSerializable(typeof(JobConfiguration))]
[JsonSerializable(typeof(IReadOnlyList<TaskEvent>))]
[JsonSerializable(typeof(IReadOnlyList<ProcessReport>))]
[JsonSerializable(typeof(IReadOnlyList<UpdateEvent>))]
public sealed partial class AuroraJson : JsonSerializerContext;

/// <summary>Writes an enumeration's member as <c>UPPER_SNAKE_CASE</c>.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class UpperSnakeEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    where T : struct, Enum;
