using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>A struct of the job file: its fields in the order in which the reference lists them.</summary>
/// <param name="Name">Its name in the reference, for example <c>Process</c>.</param>
/// <param name="Doc">One line on what it is.</param>
/// <param name="Fields">Its fields.</param>
public sealed record StructSchema(string Name, string Doc, params IReadOnlyList<FieldSchema> Fields)
{
    private readonly FrozenDictionary<string, FieldSchema> byName = Fields.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Finds a field.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The field, or null.</returns>
    public FieldSchema? Find(string name) => byName.GetValueOrDefault(name);
}

/// <summary>A field of a struct.</summary>
/// <param name="Name">Its name in the file, in snake_case.</param>
/// <param name="Type">What it may hold.</param>
/// <param name="Doc">One line on what it means.</param>
public sealed record FieldSchema(string Name, FieldType Type, string Doc)
{
    /// <summary>Whether it must be given.</summary>
    public bool Required { get; init; }

    /// <summary>What an absent field is read as, in JSON; null when it stays absent. May hold templates.</summary>
    public string? Default { get; init; }

    /// <summary>The default as a fresh tree.</summary>
    /// <returns>The tree, or null when there is no default.</returns>
    public JsonNode? MakeDefault() => Default is null ? null : JsonNode.Parse(Default);
}
