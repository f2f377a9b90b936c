using System.Text.Json;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Client.Clusters;

/// <summary>
/// Reads one <c>clusters.json</c>: a list of clusters, or an object from name to cluster. Fields of the original that mean nothing here
/// (<c>zk</c>, <c>scheduler_zk_path</c>, <c>auth_mechanism</c>, …) are let through; an entry without a name is an error, not silence as in the original.
/// </summary>
internal static class ClusterFile
{
    internal const string FileName = "clusters.json";
    private const long MaxBytes = 1024 * 1024;
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };
    private static readonly string[] Schemes = ["http", "https", "amqp", "amqps"];

    /// <exception cref="AuroraException">AUR3006, with every fault of the file.</exception>
    internal static IReadOnlyList<ClusterEntry> Read(string path)
    {
        using var document = Parse(path);
        var faults = new List<Fault>();
        var entries = new List<ClusterEntry>();
        foreach (var (place, key, element) in Elements(document.RootElement, path, faults))
        {
            if (ReadEntry(place, key, element, path, faults) is { } entry)
            {
                if (entries.Any(e => e.Name == entry.Name))
                {
                    faults.Add(new Fault(ErrorCodes.InvalidClusterFile, $"{place}.name", entry.Name, "a name may stand only once in a file") { File = path });
                }

                entries.Add(entry);
            }
        }

        return faults.Count == 0 ? entries : throw new AuroraException(faults);
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return stream.Length <= MaxBytes
                ? JsonDocument.Parse(stream, Lenient)
                : throw new AuroraException(ErrorCodes.InvalidClusterFile, $"{path} has {stream.Length} bytes; a clusters.json may have at most {MaxBytes}.");
        }
        catch (JsonException e)
        {
            throw new AuroraException(new Fault(ErrorCodes.InvalidClusterFile, FileName, "", $"is not JSON: {e.Message}")
            {
                File = path,
                Line = (int?)e.LineNumber + 1,
                Column = (int?)e.BytePositionInLine + 1,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuroraException(ErrorCodes.InvalidClusterFile, $"{path} cannot be read: {e.Message}", e);
        }
    }

    private static IEnumerable<(string Place, string? Key, JsonElement Element)> Elements(JsonElement root, string path, List<Fault> faults)
    {
        switch (root.ValueKind)
        {
            case JsonValueKind.Array:
                return root.EnumerateArray().Select((e, i) => ($"[{i}]", (string?)null, e));
            case JsonValueKind.Object:
                return root.EnumerateObject().Select(p => (p.Name, (string?)p.Name, p.Value));
            default:
                faults.Add(new Fault(ErrorCodes.InvalidClusterFile, FileName, root.ValueKind.ToString(), "must be a list of clusters, or an object from name to cluster") { File = path });
                return [];
        }
    }

    private static ClusterEntry? ReadEntry(string place, string? key, JsonElement element, string path, List<Fault> faults)
    {
        var before = faults.Count;
        void Fault(string field, string value, string rule) =>
            faults.Add(new Fault(ErrorCodes.InvalidClusterFile, field.Length == 0 ? place : $"{place}.{field}", value, rule) { File = path });

        if (element.ValueKind != JsonValueKind.Object)
        {
            Fault("", element.ValueKind.ToString(), "a cluster must be an object with name and address");
            return null;
        }

        var name = Text(element, "name", Fault) ?? key;
        if (name is null || !Identifier.IsValid(name))
        {
            Fault("name", name ?? "", $"is required: {Identifier.Rule}");
        }
        else if (key is not null && key != name)
        {
            Fault("name", name, $"must be '{key}', the name that it stands under");
        }

        var address = ReadAddress(Text(element, "address", Fault), Fault);
        var token = Text(element, "token", Fault);
        return faults.Count == before ? new ClusterEntry(name!, address, token, path) : null;
    }

    private static Uri? ReadAddress(string? text, Action<string, string, string> fault)
    {
        if (text is null)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && Schemes.Contains(uri.Scheme) && uri.Host.Length > 0)
        {
            return uri;
        }

        // The text may hold a password, so the message repeats only its beginning.
        fault("address", text.Split(':')[0] + ":…", "must begin with http://, https://, amqp:// or amqps:// and name a host");
        return null;
    }

    private static string? Text(JsonElement element, string name, Action<string, string, string> fault)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        fault(name, value.ValueKind.ToString(), "must be a text");
        return null;
    }
}
