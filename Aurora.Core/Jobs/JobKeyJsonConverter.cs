using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Core.Errors;

namespace Aurora.Core.Jobs;

/// <summary>A job key travels as its text, so that it reads the same in messages, logs and tables.</summary>
internal sealed class JobKeyJsonConverter : JsonConverter<JobKey>
{
    public override JobKey Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, JobKey value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override JobKey ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parse(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, JobKey value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());

    private static JobKey Parse(string? text) =>
        JobKey.TryParse(text, out var key, out var fault) ? key : throw new JsonException(fault.ToString());
}
