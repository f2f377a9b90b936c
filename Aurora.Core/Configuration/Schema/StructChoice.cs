using System.Text.Json.Nodes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>Tells which struct of a choice an object means, by its fields (aurora-spec appendix B, rule 18).</summary>
internal static class StructChoice
{
    /// <summary>The struct of a struct or choice field.</summary>
    public static StructSchema Of(FieldType type, JsonObject fields) => type switch
    {
        StructType single => single.Struct,
        ChoiceType choice => Pick(choice, fields),
        _ => throw new ArgumentException("The field holds no struct.", nameof(type)),
    };

    /// <summary>The first alternative that fits; when none does, the one that most of the fields speak for, so that its errors help most.</summary>
    private static StructSchema Pick(ChoiceType choice, JsonObject fields) =>
        choice.Alternatives.FirstOrDefault(a => Fits(a, fields)) ?? choice.Alternatives.MaxBy(a => fields.Count(f => Speaks(a, f)))!;

    private static bool Fits(StructSchema alternative, JsonObject fields) =>
        fields.All(f => f.Value is null || Speaks(alternative, f)) && alternative.Fields.All(f => !f.Required || fields[f.Name] is not null);

    private static bool Speaks(StructSchema alternative, KeyValuePair<string, JsonNode?> field) =>
        alternative.Find(field.Key) is { } schema && field.Value is not null && schema.Type switch
        {
            StructType or ChoiceType or MapType => field.Value is JsonObject,
            ListType => field.Value is JsonArray,
            _ => field.Value is JsonValue,
        };
}
