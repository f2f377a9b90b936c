using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Reading;

/// <summary>
/// Holds a bound tree against the schema: unknown and missing fields, types, ranges. It always gives back a tree of the right shape, with
/// stand-ins where something is wrong, so that the rules between fields can still be checked and everything is reported at once.
/// </summary>
internal sealed class SchemaReader(FaultList faults)
{
    public JsonObject ReadJob(JsonObject job) => ReadStruct(JobSchema.Job, job, "");

    private JsonObject ReadStruct(StructSchema schema, JsonObject fields, string path, ChoiceType? choice = null)
    {
        foreach (var (name, _) in fields.Where(f => schema.Find(f.Key) is null))
        {
            faults.Add(Unknown(schema, choice, name, FieldPath.Of(path, name)));
        }

        var result = new JsonObject();
        foreach (var field in schema.Fields)
        {
            var at = FieldPath.Of(path, field.Name);
            if (fields[field.Name] is { } value)
            {
                if ((Read(field.Type, value, at) ?? (field.Required ? StandIn(field.Type, at) : null)) is { } read)
                {
                    result[field.Name] = read;
                }
            }
            else if (field.Required || field.Default is not null)
            {
                // Defaults were filled in before; one that is absent all the same came as null in a message.
                faults.Add(new Fault(ErrorCodes.RequiredField, at, "", $"is required: {Lower(field.Doc)} Must be {field.Type.Words}"));
                result[field.Name] = StandIn(field.Type, at);
            }
        }

        return result;
    }

    /// <summary>The value in the schema's shape, or null when it has not even the right type.</summary>
    private JsonNode? Read(FieldType type, JsonNode? node, string path) => (type, node) switch
    {
        (StructType or ChoiceType, JsonObject fields) => ReadStruct(StructChoice.Of(type, fields), fields, path, type as ChoiceType),
        (ListType list, JsonArray items) => ReadList(list, items, path),
        (MapType map, JsonObject entries) => ReadMap(map, entries, path),
        (StructType or ChoiceType or ListType or MapType, _) => WrongType(type, node, path),
        (_, JsonValue value) => ReadScalar(type, value, path),
        _ => WrongType(type, node, path),
    };

    private JsonArray ReadList(ListType type, JsonArray items, string path)
    {
        if (items.Count < type.MinimumCount || items.Count > type.MaximumCount)
        {
            var rule = items.Count < type.MinimumCount ? $"must have at least {type.MinimumCount}" : $"must have at most {type.MaximumCount}";
            faults.Add(new Fault(ErrorCodes.OutOfRange, path, "", $"has {items.Count} items; {rule}"));
        }

        return new JsonArray([.. items.Take(type.MaximumCount).Select((item, i) => ReadItem(type.Item, item, $"{path}[{i}]"))]);
    }

    private JsonNode ReadItem(FieldType type, JsonNode? item, string path) => Read(type, item, path) ?? StandIn(type, path);

    private JsonObject ReadMap(MapType type, JsonObject entries, string path)
    {
        if (entries.Count > type.MaximumCount)
        {
            faults.Add(new Fault(ErrorCodes.OutOfRange, path, "", $"has {entries.Count} entries; must have at most {type.MaximumCount}"));
        }

        var result = new JsonObject();
        foreach (var (key, value) in entries.Take(type.MaximumCount))
        {
            result[key] = Read(type.Value, value, $"{path}[{key}]") ?? StandIn(type.Value, path);
        }

        return result;
    }

    private JsonNode? ReadScalar(FieldType type, JsonValue value, string path)
    {
        var (read, code, rule) = ScalarReader.Read(type, value);
        if (code is not null)
        {
            faults.Add(new Fault(code, path, ShownValue.Of(value), rule));
        }

        return read;
    }

    private JsonNode? WrongType(FieldType type, JsonNode? node, string path)
    {
        faults.Add(new Fault(ErrorCodes.WrongType, path, ShownValue.Of(node), $"must be {type.Words}"));
        return null;
    }

    private static JsonNode StandIn(FieldType type, string path) => type switch
    {
        StructType single => new SchemaReader(new FaultList()).ReadStruct(single.Struct, [], path),
        ChoiceType choice => new SchemaReader(new FaultList()).ReadStruct(choice.Alternatives[0], [], path),
        ListType => new JsonArray(),
        MapType => new JsonObject(),
        BooleanType => JsonValue.Create(false),
        EnumType words => JsonValue.Create(words.Values[0]),
        StringType => JsonValue.Create(path),
        _ => JsonValue.Create(1),
    };

    private static Fault Unknown(StructSchema schema, ChoiceType? choice, string name, string path)
    {
        if (choice?.Alternatives.FirstOrDefault(a => a.Find(name) is not null) is { } other)
        {
            return new Fault(ErrorCodes.InvalidCombination, path, "",
                $"belongs to {other.Name}, but the other fields are those of {schema.Name}; only one of both can be meant");
        }

        var names = schema.Fields.Select(f => f.Name);
        return new Fault(ErrorCodes.UnknownField, path, "", NearestName.Of(name, names) is { } nearest
            ? $"is not a field of {schema.Name}; did you mean '{nearest}'?"
            : $"is not a field of {schema.Name}; its fields are {string.Join(", ", names)}");
    }

    private static string Lower(string doc) => char.ToLowerInvariant(doc[0]) + doc[1..];
}
