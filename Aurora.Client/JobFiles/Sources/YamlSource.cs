using System.Text.Json.Nodes;
using Aurora.Core.Errors;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Aurora.Client.JobFiles.Sources;

/// <summary>
/// Reads one YAML document with the place of every value, from the parser's events: anchors, aliases and merge keys work, repeated keys are refused,
/// and only tags of plain data are known. An alias shares its anchor's node; how often shared nodes may be written out is bounded where they are.
/// </summary>
internal sealed class YamlSource
{
    private readonly SourceText text;
    private readonly Parser parser;
    private readonly Dictionary<string, SourceNode?> anchors = new(StringComparer.Ordinal);
    private readonly List<Fault> repeated = [];
    private int nodes;

    private YamlSource(SourceText text)
    {
        this.text = text;
        parser = new Parser(new StringReader(text.ToString()));
    }

    /// <summary>Reads the text's one document.</summary>
    /// <exception cref="AuroraException">AUR1002 with the place of the mistake; AUR1109 with every repeated key.</exception>
    public static SourceNode Read(SourceText text)
    {
        var source = new YamlSource(text);
        try
        {
            return source.ReadDocument();
        }
        catch (YamlException e)
        {
            throw text.Syntax(At(e.Start), Reason(e));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The scanner lets these out for some malformed texts, for example "[1, 2\nb: 3"; they bring no place with them.
            throw text.Syntax(source.parser.Current is { } last ? At(last.End) : new(1, 1), "is not well-formed YAML near here");
        }
    }

    private SourceNode ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            throw text.Syntax(new(1, 1), "is empty: a job file holds a job or a list of jobs");
        }

        var root = ReadNode(0);
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
        {
            throw text.Syntax(At(second.Start), "holds a second document; put several jobs into one list");
        }

        return repeated.Count == 0 ? root : throw new AuroraException(repeated);
    }

    private SourceNode ReadNode(int depth)
    {
        var next = parser.Consume<ParsingEvent>();
        var at = At(next.Start);
        if (++nodes > SourceLimits.Nodes)
        {
            throw text.Syntax(at, $"holds more than {SourceLimits.Nodes} values");
        }

        if (depth > SourceLimits.Depth)
        {
            throw text.Syntax(at, $"maps and lists are nested more than {SourceLimits.Depth} deep");
        }

        return next is AnchorAlias alias ? Aliased(alias, at) : Anchored((NodeEvent)next, at, depth);
    }

    private SourceNode Aliased(AnchorAlias alias, SourcePosition at) =>
        !anchors.TryGetValue(alias.Value.Value, out var node) ? throw text.Syntax(at, $"the alias *{alias.Value} has no anchor before it")
        : node ?? throw text.Syntax(at, $"the alias *{alias.Value} stands inside its own anchor");

    private SourceNode Anchored(NodeEvent next, SourcePosition at, int depth)
    {
        if (!next.Anchor.IsEmpty)
        {
            anchors[next.Anchor.Value] = null; // known, not complete: an alias to it from inside would have no end
        }

        SourceNode node = next switch
        {
            MappingStart => ReadMap(at, depth),
            SequenceStart => ReadList(at, depth),
            Scalar scalar => new SourceScalar(at, ReadScalar(scalar, at)),
            _ => throw text.Syntax(at, $"a value was expected, not {next.GetType().Name}"),
        };

        if (!next.Anchor.IsEmpty)
        {
            anchors[next.Anchor.Value] = node;
        }

        return node;
    }

    private JsonValue? ReadScalar(Scalar scalar, SourcePosition at) => (scalar.Tag.IsEmpty, scalar.Style) switch
    {
        (true, ScalarStyle.Plain) => YamlScalar.Plain(scalar.Value),
        (true, _) => JsonValue.Create(scalar.Value),
        _ => scalar.Tag.Value switch
        {
            "!" or "tag:yaml.org,2002:str" => JsonValue.Create(scalar.Value),
            "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null" => YamlScalar.Plain(scalar.Value),
            var tag => throw text.Syntax(at, $"the tag {tag} is not known; a job file holds plain data"),
        },
    };

    private SourceList ReadList(SourcePosition at, int depth)
    {
        var items = new List<SourceNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new(at, items);
    }

    private SourceMap ReadMap(SourcePosition at, int depth)
    {
        var fields = new List<SourceField>();
        var merged = new List<SourceField>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var (name, nameAt, plain) = ReadKey();
            var value = ReadNode(depth + 1);
            if (plain && name == "<<")
            {
                merged.AddRange(Merged(value, nameAt));
            }
            else if (lines.TryAdd(name, nameAt.Line))
            {
                fields.Add(new(name, nameAt, value));
            }
            else
            {
                repeated.Add(text.Fault(ErrorCodes.DuplicateName, nameAt, name, "", $"stands twice in one map; the first is on line {lines[name]}"));
            }
        }

        // The map's own fields win over merged ones, and an earlier merged map over a later one.
        fields.AddRange(merged.Where(f => lines.TryAdd(f.Name, f.At.Line)));
        return new(at, fields);
    }

    private (string Name, SourcePosition At, bool Plain) ReadKey()
    {
        if (parser.TryConsume<Scalar>(out var key))
        {
            return (key.Value, At(key.Start), key.Style == ScalarStyle.Plain);
        }

        throw text.Syntax(At(parser.Current!.Start), "a field's name must be a text"); // Current is set as long as the document has not ended
    }

    private IEnumerable<SourceField> Merged(SourceNode value, SourcePosition at) => value switch
    {
        SourceMap map => map.Fields,
        SourceList list when list.Items.All(i => i is SourceMap) => list.Items.Cast<SourceMap>().SelectMany(m => m.Fields),
        _ => throw text.Syntax(at, "<< takes a map or a list of maps"),
    };

    private static SourcePosition At(Mark mark) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private static string Reason(YamlException e) => (e.InnerException ?? e).Message;
}
