using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Schema;

namespace Aurora.Core.Configuration.Templates;

/// <summary>A struct whose fields can be named by the templates inside it, and the structs around it.</summary>
/// <param name="Fields">The struct, defaults filled in, templates not yet bound.</param>
/// <param name="Schema">Which struct it is.</param>
/// <param name="Outer">The struct around it; null at the job.</param>
internal sealed record Scope(JsonObject Fields, StructSchema Schema, Scope? Outer)
{
    /// <summary>The scopes from this one outward.</summary>
    public IEnumerable<Scope> Outward()
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            yield return scope;
        }
    }

    /// <summary>
    /// Follows a path from this struct's fields: the text of the value that it names, and the scope in which templates in that text are bound
    /// (the structs on the way, then where the reference stands). Null when there is no such value.
    /// </summary>
    public (string Text, Scope At)? Follow(IEnumerable<string> path, Scope referrer)
    {
        JsonNode? node = Fields;
        FieldType? type = new StructType(Schema);
        var at = referrer;
        foreach (var part in path)
        {
            (node, type) = Step(node, type, part);
            if (node is JsonObject fields && type is StructType or ChoiceType)
            {
                at = new Scope(fields, StructChoice.Of(type, fields), at);
            }
        }

        return node is JsonValue value ? (TextOf(value, type), at) : null;
    }

    private static (JsonNode? Node, FieldType? Type) Step(JsonNode? node, FieldType? type, string part) => node switch
    {
        JsonObject fields when type is StructType or ChoiceType => (fields[part], StructChoice.Of(type, fields).Find(part)?.Type),
        JsonObject map => (map[part], (type as MapType)?.Value),
        JsonArray list when int.TryParse(part, out var index) && index >= 0 && index < list.Count => (list[index], (type as ListType)?.Item),
        _ => (null, null),
    };

    /// <summary>Amounts and times are substituted as numbers, as the original does, whichever way they were written.</summary>
    private static string TextOf(JsonValue value, FieldType? type)
    {
        var text = value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        return type switch
        {
            AmountType when ResourceAmount.TryParse(text, out var bytes) => bytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
            DurationType when DurationText.TryParse(text, out var seconds) =>
                seconds.ToString("0.#########", System.Globalization.CultureInfo.InvariantCulture),
            _ => text,
        };
    }
}
