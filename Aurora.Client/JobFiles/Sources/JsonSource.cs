using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles.Sources;

/// <summary>Reads JSON with the place of every value. Comments and trailing commas are tolerated, since people write these files; repeated fields are not.</summary>
internal sealed class JsonSource
{
    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = SourceLimits.Depth,
    };

    private readonly SourceText text;
    private readonly List<Fault> repeated = [];
    private int nodes;

    private JsonSource(SourceText text) => this.text = text;

    /// <summary>Reads the text's one value.</summary>
    /// <exception cref="AuroraException">AUR1002 with the place of the mistake; AUR1109 with every repeated field.</exception>
    public static SourceNode Read(SourceText text)
    {
        var source = new JsonSource(text);
        if (text.Utf8.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw text.Syntax(new(1, 1), "is empty: a job file holds a job or a list of jobs");
        }

        var reader = new Utf8JsonReader(text.Utf8, Options);
        try
        {
            reader.Read();
            var root = source.ReadValue(ref reader);
            reader.Read(); // refuses what follows the value
            return source.repeated.Count == 0 ? root : throw new AuroraException(source.repeated);
        }
        catch (JsonException e)
        {
            throw text.Syntax(source.At(e), Reason(e));
        }
    }

    private SourceNode ReadValue(ref Utf8JsonReader reader)
    {
        var at = text.At(reader.TokenStartIndex);
        if (++nodes > SourceLimits.Nodes)
        {
            throw text.Syntax(at, $"holds more than {SourceLimits.Nodes} values");
        }

        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadMap(ref reader, at),
            JsonTokenType.StartArray => ReadList(ref reader, at),
            JsonTokenType.Null => new SourceScalar(at, null),
            JsonTokenType.String => new SourceScalar(at, JsonValue.Create(ReadString(ref reader, at))),
            _ => new SourceScalar(at, JsonValue.Create(JsonElement.ParseValue(ref reader))),
        };
    }

    private SourceMap ReadMap(ref Utf8JsonReader reader, SourcePosition at)
    {
        var fields = new List<SourceField>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var nameAt = text.At(reader.TokenStartIndex);
            var name = ReadString(ref reader, nameAt);
            if (!lines.TryAdd(name, nameAt.Line))
            {
                repeated.Add(text.Fault(ErrorCodes.DuplicateName, nameAt, name, "", $"stands twice in one object; the first is on line {lines[name]}"));
            }

            reader.Read();
            fields.Add(new(name, nameAt, ReadValue(ref reader)));
        }

        return new(at, fields);
    }

    private SourceList ReadList(ref Utf8JsonReader reader, SourcePosition at)
    {
        var items = new List<SourceNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader));
        }

        return new(at, items);
    }

    /// <summary>A lone surrogate such as "\ud800" is valid JSON, but no text.</summary>
    private string ReadString(ref Utf8JsonReader reader, SourcePosition at)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw text.Syntax(at, "the string holds half of a surrogate pair, which is not text");
        }
    }

    private SourcePosition At(JsonException e)
    {
        var line = (int)(e.LineNumber ?? 0) + 1;
        return text.At(text.StartOf(line) + (e.BytePositionInLine ?? 0));
    }

    private static string Reason(JsonException e)
    {
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? e.Message : e.Message[..end];
    }
}
