using System.Text.Json.Nodes;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles.Sources;

/// <summary>
/// One job of a file, written out as JSON, with the place of each field. Shared YAML nodes are written out once for each alias; the whole file has one
/// budget for that, so that a few lines of aliases to aliases cannot fill the memory.
/// </summary>
internal sealed class SourceTree
{
    private readonly SourceText text;
    private readonly Dictionary<string, SourcePosition> places = new(StringComparer.Ordinal);
    private int budget;

    private SourceTree(SourceText text, int budget)
    {
        this.text = text;
        this.budget = budget;
    }

    /// <summary>Writes out a job.</summary>
    /// <param name="text">The file.</param>
    /// <param name="job">The job.</param>
    /// <param name="budget">How many values may still be written out; lowered by those that were.</param>
    /// <exception cref="AuroraException">AUR1002 when the budget does not suffice.</exception>
    public static (JsonObject Job, Func<string, SourcePosition?> Locate) Write(SourceText text, SourceMap job, ref int budget)
    {
        var tree = new SourceTree(text, budget);
        var written = tree.WriteMap(job, "");
        budget = tree.budget;
        return (written, path => PlacePath.Nearest(tree.places, path));
    }

    private JsonNode? Write(SourceNode node, string path)
    {
        if (--budget < 0)
        {
            throw text.Syntax(node.At, $"holds more than {SourceLimits.Nodes} values when its aliases are written out");
        }

        return node switch
        {
            SourceMap map => WriteMap(map, path),
            SourceList list => WriteList(list, path),
            _ => ((SourceScalar)node).Value?.DeepClone(),
        };
    }

    private JsonObject WriteMap(SourceMap map, string path)
    {
        places.TryAdd(path, map.At);
        var written = new JsonObject();
        foreach (var field in map.Fields)
        {
            var inside = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            places[inside] = field.At;
            written.Add(field.Name, Write(field.Value, inside));
        }

        return written;
    }

    private JsonArray WriteList(SourceList list, string path)
    {
        var written = new JsonArray();
        foreach (var item in list.Items)
        {
            var inside = $"{path}[{written.Count}]";
            places[inside] = item.At;
            written.Add(Write(item, inside));
        }

        return written;
    }
}
