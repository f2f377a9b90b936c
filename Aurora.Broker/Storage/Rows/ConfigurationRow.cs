using System.Text.Json;
using Aurora.Broker.State;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>configurations</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class ConfigurationRow
{
    public string ConfigurationId { get; init; } = "";

    public string Configuration { get; init; } = "";

    public static void Write(RowWriter row, ConfigurationRecord configuration)
    {
        row.Key("configuration_id", configuration.Id, KeyLength.Digest);
        row.Json("configuration", configuration.Configuration, StoreJson.Columns.JobConfiguration);
    }

    public ConfigurationRecord ToRecord(Shared shared) =>
        new(shared.Text(ConfigurationId), JsonSerializer.Deserialize(Configuration, StoreJson.Columns.JobConfiguration)
            ?? throw new StoreException($"Configuration {ConfigurationId} is null in the store."));
}
