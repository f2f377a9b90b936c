using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Client.JobFiles.Python;

/// <summary>Our Python sources, which are embedded in this assembly.</summary>
internal static class PythonModules
{
    /// <summary>In the order in which they import one another.</summary>
    private static readonly string[] Names = ["errors", "templates", "values", "schema", "helpers", "evaluate"];

    private static readonly Lazy<string> BootstrapText = new(() => Read("bootstrap"));
    private static readonly Lazy<(string Name, string Source)[]> Sources = new(() => [.. Names.Select(n => (n, Read(n)))]);

    /// <summary>The text that python is started with.</summary>
    public static string Bootstrap => BootstrapText.Value;

    /// <summary>How requests are written: sources hold many quotes and brackets that need no escapes.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Pairs of name and source, as bootstrap.py takes them.</summary>
    public static JsonArray AsJson() => [.. Sources.Value.Select(s => new JsonArray(s.Name, s.Source))];

    private static string Read(string name)
    {
        using var stream = typeof(PythonModules).Assembly.GetManifestResourceStream($"JobFiles/Python/{name}.py")
            ?? throw new InvalidOperationException($"{name}.py is not embedded in Aurora.Client");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
