using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Errors;

namespace Aurora.Client.Clusters;

/// <summary>
/// A cluster's entry in a <c>clusters.json</c> for as long as the cluster runs (<c>aurora dev</c>). The file is replaced as a whole (a reader never sees half of
/// it), readable only by its owner since it holds the token; other entries stay. Comments in the file do not survive.
/// </summary>
public sealed class ClusterRegistration
{
    private const string Marker = "registered_by";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };
    private readonly ClusterEntry _entry;
    private readonly JsonNode? _before;

    private ClusterRegistration(ClusterEntry entry, JsonNode? before)
    {
        _entry = entry;
        _before = before;
    }

    /// <summary>Enters a cluster; an entry of the same name is put aside and comes back with <see cref="UnregisterAsync"/>, unless it is what a crashed cluster left.</summary>
    /// <param name="entry">The cluster; <see cref="ClusterEntry.File"/> is the file, made with its folder when missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The registration.</returns>
    /// <exception cref="AuroraException">AUR3006: the file there cannot be used, or not written.</exception>
    public static async Task<ClusterRegistration> RegisterAsync(ClusterEntry entry, CancellationToken cancellationToken)
    {
        var mine = new JsonObject
        {
            ["name"] = entry.Name,
            ["address"] = entry.Address?.ToString(),
            [Marker] = $"aurora dev, process {System.Environment.ProcessId}",
        };
        if (entry.Token is not null)
        {
            mine["token"] = entry.Token;
        }

        JsonNode? before = null;
        await ChangeAsync(entry.File, clusters =>
        {
            before = Take(clusters, entry.Name);
            clusters.Add(mine);
        }, cancellationToken).ConfigureAwait(false);
        return new ClusterRegistration(entry, before?[Marker] is null ? before : null);
    }

    /// <summary>Takes the entry out again, if it is still this one, and brings back what it replaced.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that ends when the file is written.</returns>
    public Task UnregisterAsync(CancellationToken cancellationToken) => ChangeAsync(_entry.File, clusters =>
    {
        if (clusters.Any(c => (string?)c?["name"] == _entry.Name && (string?)c?["address"] == _entry.Address?.ToString()))
        {
            Take(clusters, _entry.Name);
            if (_before is not null)
            {
                clusters.Add(_before.DeepClone());
            }
        }
    }, cancellationToken);

    private static JsonNode? Take(JsonArray clusters, string name)
    {
        var found = clusters.FirstOrDefault(c => (string?)c?["name"] == name);
        if (found is not null)
        {
            clusters.Remove(found);
        }

        return found;
    }

    private static async Task ChangeAsync(string file, Action<JsonArray> change, CancellationToken cancellationToken)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            Directory.CreateDirectory(folder);
            using var turn = await LockAsync(file + ".lock", cancellationToken).ConfigureAwait(false);
            var clusters = await ReadAsync(file, cancellationToken).ConfigureAwait(false);
            change(clusters);
            await ReplaceAsync(file, clusters.ToJsonString(Indented) + "\n", cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuroraException(ErrorCodes.InvalidClusterFile, $"The cluster cannot be registered in {file}: {e.Message}", e);
        }
    }

    private static async Task<JsonArray> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        // The strict reader first: a file that it refuses is not touched.
        ClusterFile.Read(file);
        var text = await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
        switch (JsonNode.Parse(text, documentOptions: Lenient))
        {
            case JsonArray array:
                return array;
            case JsonObject byName:
                var entries = byName.ToArray();
                byName.Clear();
                foreach (var (name, entry) in entries)
                {
                    entry!["name"] = name;
                }

                return [.. entries.Select(e => e.Value)];
            default:
                return [];
        }
    }

    private static async Task ReplaceAsync(string file, string text, CancellationToken cancellationToken)
    {
        // A clusters.json that is a symbolic link (dotfiles under version control) stays one.
        var target = File.Exists(file) ? File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file : file;
        var temporary = $"{target}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var stream = new FileStream(temporary, options);
            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Two clusters that start at once take turns. The wait is bounded: whoever holds the file for ten seconds is not coming back.</summary>
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (attempt < 100)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
