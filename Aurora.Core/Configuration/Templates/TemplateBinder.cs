using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Templates;

/// <summary>
/// Binds the templates in a job's tree (aurora-spec appendix B, rules 6 to 14). A reference is looked up in the fields of the struct in which it
/// stands, then in the structs around it outward, then in the bindings, then among the standard names. The tree itself is not changed.
/// </summary>
/// <param name="bindings">Values given from outside; keys are references, for example <c>profile.name</c>.</param>
/// <param name="faults">Gets what stays unbound.</param>
/// <param name="filled">The paths of defaults. What keeps one of those unbound has a fault of its own.</param>
internal sealed class TemplateBinder(IReadOnlyDictionary<string, string> bindings, FaultList faults, IReadOnlySet<string> filled)
{
    /// <summary>Whether only defaults are bound, and all else is taken as it stands.</summary>
    public bool OnlyDefaults { get; init; }

    /// <summary>Binds a whole job.</summary>
    public JsonObject BindJob(JsonObject job) => (JsonObject)Bind(new StructType(JobSchema.Job), job, "", null)!;

    /// <summary>Binds one text at the job itself; unbound references stay, and nothing is said about them.</summary>
    public string? BindAtJob(JsonObject job, string field) =>
        job[field] is JsonValue value
        ? Expand(value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>() : value.ToJsonString(), new Scope(job, JobSchema.Job, null)).Text
        : null;

    private JsonNode? Bind(FieldType? type, JsonNode? node, string path, Scope? scope) => (node, type) switch
    {
        (JsonObject fields, StructType or ChoiceType) => BindStruct(fields, StructChoice.Of(type, fields), path, scope),
        (JsonObject map, MapType values) => BindMap(map, values, path, scope),
        (JsonArray list, ListType items) => new JsonArray([.. list.Select((item, i) => Bind(items.Item, item, $"{path}[{i}]", scope))]),
        (JsonValue value, not null) when value.GetValueKind() == JsonValueKind.String && scope is not null =>
            BindText(type, value.GetValue<string>(), path, scope),
        _ => node?.DeepClone(),
    };

    private JsonObject BindStruct(JsonObject fields, StructSchema schema, string path, Scope? outer)
    {
        var scope = new Scope(fields, schema, outer);
        return new JsonObject(fields.Select(f =>
            KeyValuePair.Create(f.Key, Bind(schema.Find(f.Key)?.Type, f.Value, FieldPath.Of(path, f.Key), scope))));
    }

    private JsonObject BindMap(JsonObject map, MapType type, string path, Scope? scope)
    {
        var result = new JsonObject();
        foreach (var (key, value) in map)
        {
            var boundKey = scope is null ? key : BindText(type.Value, key, $"{path}[{key}]", scope).GetValue<string>();
            if (!result.TryAdd(boundKey, Bind(type.Value, value, $"{path}[{key}]", scope)))
            {
                faults.Add(new Fault(ErrorCodes.DuplicateName, $"{path}[{key}]", boundKey,
                    "is the name of another entry already, once its template is bound"));
            }
        }

        return result;
    }

    private JsonValue BindText(FieldType type, string text, string path, Scope scope)
    {
        if (!text.Contains("{{", StringComparison.Ordinal) || (OnlyDefaults && !IsFilled(path)))
        {
            return JsonValue.Create(text);
        }

        var (expanded, stopped) = Expand(text, scope);
        var wrong = stopped is null ? UnboundTemplates.In(expanded, path) : [UnboundTemplates.Endless(text, path, stopped)];
        if (wrong.Count > 0 && IsFilled(path))
        {
            faults.Silence(path);
        }
        else
        {
            foreach (var fault in wrong)
            {
                faults.Add(fault);
            }
        }

        return JsonValue.Create(type is StringType { AtRunTime: true } ? expanded : TemplateSyntax.Unescape(expanded));
    }

    private bool IsFilled(string path)
    {
        for (string? at = path; at is not null; at = FieldPath.Parent(at))
        {
            if (filled.Contains(at))
            {
                return true;
            }
        }

        return false;
    }

    private (string Text, string? Stopped) Expand(string text, Scope scope)
    {
        var expansion = new TemplateExpansion(bindings);
        return (expansion.Expand(text, scope, 0), expansion.Stopped);
    }
}
