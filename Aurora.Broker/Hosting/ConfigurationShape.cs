using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aurora.Core.Errors;

namespace Aurora.Broker.Hosting;

/// <summary>
/// Holds a configuration file against the fields that it may have, before it is read into a record: the reader itself stops at the first fault, and names our types.
/// </summary>
internal static class ConfigurationShape
{
    /// <summary>Finds unknown fields and values of the wrong kind.</summary>
    /// <param name="json">The object.</param>
    /// <param name="shape">What it may have.</param>
    /// <param name="prefix">The object's path with a dot; empty for the root.</param>
    /// <returns>The faults (AUR5001). Values are left out: any of them may be a secret.</returns>
    public static IEnumerable<Fault> Check(JsonElement json, JsonTypeInfo shape, string prefix = "")
    {
        foreach (var field in json.EnumerateObject())
        {
            var path = prefix + field.Name;
            if (FieldOf(shape, field.Name) is not { } known)
                yield return Wrong(path, $"is no field; there are {string.Join(", ", shape.Properties.Select(p => p.Name))}");
            else if (field.Value.ValueKind == JsonValueKind.Null)
                continue;
            else if (KindOf(known) is var (kind, words) && !Is(field.Value.ValueKind, kind))
                yield return Wrong(path, $"must be {words}");
            else if (field.Value.ValueKind == JsonValueKind.Array && field.Value.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
                yield return Wrong(path, "must be a list of texts");
            else if (field.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var fault in Check(field.Value, shape.Options.GetTypeInfo(known), path + "."))
                    yield return fault;
            }
        }
    }

    // What a field may hold; a dictionary has whatever names its owner gives.
    private static Type? FieldOf(JsonTypeInfo shape, string name) => shape.Kind == JsonTypeInfoKind.Dictionary
        ? shape.ElementType
        : shape.Properties.FirstOrDefault(p => p.Name == name)?.PropertyType;

    private static bool Is(JsonValueKind given, JsonValueKind wanted) => given == wanted || (wanted == JsonValueKind.True && given == JsonValueKind.False);

    private static (JsonValueKind Kind, string Words) KindOf(Type type) =>
        type == typeof(string) ? (JsonValueKind.String, "a text")
        : type == typeof(bool?) ? (JsonValueKind.True, "true or false")
        : type == typeof(double?) || type == typeof(int?) ? (JsonValueKind.Number, "a number")
        : type == typeof(IReadOnlyList<string>) ? (JsonValueKind.Array, "a list of texts")
        : (JsonValueKind.Object, "an object");

    private static Fault Wrong(string field, string rule) => new(ErrorCodes.InvalidConfiguration, field, "", rule);
}
