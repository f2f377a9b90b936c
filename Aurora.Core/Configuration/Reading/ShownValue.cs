using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Core.Configuration.Reading;

/// <summary>Values as faults show them: on one line, shortened.</summary>
internal static class ShownValue
{
    private const int MaximumLength = 100;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(JsonNode? node) =>
        node is null ? "null" : Of(node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(Plain));

    public static string Of(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length <= MaximumLength ? line : string.Concat(line.AsSpan(0, MaximumLength), "…");
    }
}
