using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Configuration.Templates;
using Aurora.Core.Messages;

namespace Aurora.Core.Configuration;

/// <summary>Writes a job as a job file: whole, bound, defaults filled in, keys sorted.</summary>
public static class JobConfigurationWriter
{
    /// <summary>
    /// Writes a job. <see cref="JobConfigurationReader"/> reads the same job from it: literal <c>{{x}}</c> is written as
    /// <c>{{&amp;x}}</c>.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="indented">Whether to spread it over lines, two spaces a level, lines ending in a line feed.</param>
    /// <returns>JSON.</returns>
    public static string Write(JobConfiguration job, bool indented)
    {
        ArgumentNullException.ThrowIfNull(job);
        var tree = JsonSerializer.SerializeToNode(job, AuroraJson.Default.JobConfiguration)!; // A record is written as an object.
        return CanonicalJson.Write(Escaped(new StructType(JobSchema.Job), tree)!, indented);
    }

    private static JsonNode? Escaped(FieldType? type, JsonNode? node) => (node, type) switch
    {
        (JsonObject fields, StructType or ChoiceType) => EscapedStruct(StructChoice.Of(type, fields), fields),
        (JsonObject map, MapType values) => new JsonObject(map.Select(e =>
            KeyValuePair.Create(TemplateSyntax.Escape(e.Key), Escaped(values.Value, e.Value)))),
        (JsonArray items, ListType list) => new JsonArray([.. items.Select(item => Escaped(list.Item, item))]),
        (JsonValue value, StringType { AtRunTime: false }) when value.GetValueKind() == JsonValueKind.String =>
            TemplateSyntax.Escape(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    private static JsonObject EscapedStruct(StructSchema schema, JsonObject fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Key, Escaped(schema.Find(f.Key)?.Type, f.Value))));
}
