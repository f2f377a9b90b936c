using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.JobFiles.Sources;

/// <summary>A value read from a JSON or YAML file that remembers where it stands. YAML aliases make one node appear in several places.</summary>
internal abstract record SourceNode(SourcePosition At)
{
    /// <summary>What the node is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A map; its keys are distinct.</summary>
internal sealed record SourceMap(SourcePosition At, IReadOnlyList<SourceField> Fields) : SourceNode(At)
{
    public override string Kind => "a map";

    /// <summary>The value of a field; null when the map does not have it.</summary>
    public SourceNode? Find(string name) => Fields.FirstOrDefault(f => f.Name == name)?.Value;
}

/// <summary>A map's key and value; <paramref name="At"/> is where the key stands.</summary>
internal sealed record SourceField(string Name, SourcePosition At, SourceNode Value);

/// <summary>A list.</summary>
internal sealed record SourceList(SourcePosition At, IReadOnlyList<SourceNode> Items) : SourceNode(At)
{
    public override string Kind => "a list";
}

/// <summary>A string, number or truth value; null stands for the file's own null.</summary>
internal sealed record SourceScalar(SourcePosition At, JsonValue? Value) : SourceNode(At)
{
    public override string Kind => Value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "true or false",
    };
}
