using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurora.Core.Jobs;

/// <summary>Names a worker, a machine's agent. It is an <see cref="Identifier"/>, chosen in the worker's configuration (default: the host's name).</summary>
/// <param name="Value">The text.</param>
[JsonConverter(typeof(WorkerIdJsonConverter))]
public readonly record struct WorkerId(string Value)
{
    /// <summary>The id's text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value;

    internal sealed class WorkerIdJsonConverter : JsonConverter<WorkerId>
    {
        public override WorkerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString();
            return Identifier.IsValid(text) ? new WorkerId(text!) : throw new JsonException($"'{text}' is not a worker id.");
        }

        public override void Write(Utf8JsonWriter writer, WorkerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
