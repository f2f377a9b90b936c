using System.Text.Json;
using Aurora.Broker.State;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>updates</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class UpdateRow
{
    public string UpdateId { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string Role { get; init; } = "";

    public string Environment { get; init; } = "";

    public string Name { get; init; } = "";

    public string Status { get; init; } = "";

    public string UserName { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; init; }

    public string? Message { get; init; }

    public string TargetConfigurationId { get; init; } = "";

    public string Settings { get; init; } = "";

    public string Instances { get; init; } = "";

    public string Events { get; init; } = "";

    public static void Write(RowWriter row, UpdateRecord update)
    {
        row.Key("update_id", update.Id, KeyLength.Update);
        row.Job(update.Job);
        row.Text("status", EnumText<UpdateStatus>.Write(update.Status));
        row.Text("user_name", update.User);
        row.Time("created_at", update.CreatedAt);
        row.Time("modified_at", update.ModifiedAt);
        row.Text("message", update.Message);
        row.Key("target_configuration_id", update.TargetConfigurationId, KeyLength.Digest);
        row.Json("settings", update.Settings, StoreJson.Columns.UpdateConfiguration);
        row.Json("instances", [.. update.Instances.Select(StoredProgress.Of)], StoreJson.Columns.ImmutableArrayStoredProgress);
        row.Json("events", update.Events, StoreJson.Columns.ImmutableArrayUpdateEvent);
    }

    public UpdateRecord ToRecord(Shared shared) => new()
    {
        Id = UpdateId,
        Job = shared.Job(Cluster, Role, Environment, Name),
        Status = EnumText<UpdateStatus>.Read(Status),
        User = shared.Text(UserName),
        CreatedAt = CreatedAt,
        ModifiedAt = ModifiedAt,
        Message = Message,
        TargetConfigurationId = shared.Text(TargetConfigurationId),
        Settings = JsonSerializer.Deserialize(Settings, StoreJson.Columns.UpdateConfiguration)
            ?? throw new StoreException($"The settings of update {UpdateId} are null in the store."),
        Instances = [.. JsonSerializer.Deserialize(Instances, StoreJson.Columns.ImmutableArrayStoredProgress).Select(progress => progress.ToRecord(shared))],
        Events = JsonSerializer.Deserialize(Events, StoreJson.Columns.ImmutableArrayUpdateEvent),
    };
}
