using System.Text.Json.Nodes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>Fills in the defaults of absent fields, everywhere in a tree. A null counts as absent.</summary>
/// <param name="filled">Gets the paths of the fields that were filled in.</param>
internal sealed class SchemaDefaults(ISet<string> filled)
{
    /// <summary>A copy of a value with the defaults of its structs filled in. What does not have the schema's shape is copied as it is.</summary>
    public JsonNode? Fill(FieldType? type, JsonNode? node, string path) => (node, type) switch
    {
        (JsonObject fields, StructType or ChoiceType) => FillStruct(StructChoice.Of(type, fields), fields, path),
        (JsonArray items, ListType list) => new JsonArray([.. items.Select((item, i) => Fill(list.Item, item, $"{path}[{i}]"))]),
        _ => node?.DeepClone(),
    };

    private JsonObject FillStruct(StructSchema schema, JsonObject fields, string path)
    {
        var result = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not null || schema.Find(name) is null)
            {
                result[name] = Fill(schema.Find(name)?.Type, value, FieldPath.Of(path, name));
            }
        }

        foreach (var field in schema.Fields)
        {
            if (!result.ContainsKey(field.Name) && field.MakeDefault() is { } value)
            {
                var at = FieldPath.Of(path, field.Name);
                filled.Add(at);
                result[field.Name] = Fill(field.Type, value, at);
            }
        }

        return result;
    }
}
