using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// The launcher's memory beyond a crash: one small file per run in <c>runs/</c> under the worker's folder, replaced as a whole with every stage, deleted when the run is forgotten. Works on
/// every system.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class WindowsRunFiles(string folder)
{
    private const string Extension = ".json";

    /// <summary>Writes a record; the file then holds this one or, when that fails, the one before.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(WindowsRunRecord record)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(record.Key);
        var next = $"{path}.new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            JsonSerializer.Serialize(stream, record, WindowsRunJson.Default.WindowsRunRecord);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Deletes a run's file, if there is one.</summary>
    /// <param name="key">The run.</param>
    public void Delete(ProcessRunKey key)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(PathOf(key));
        }
    }

    /// <summary>Reads every record.</summary>
    /// <param name="onFault">Told of each file that cannot be read, with the reason.</param>
    /// <returns>The records.</returns>
    public IReadOnlyList<WindowsRunRecord> ReadAll(Action<string, string> onFault)
    {
        List<WindowsRunRecord> records = [];
        foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, $"*{Extension}") : [])
        {
            try
            {
                var record = JsonSerializer.Deserialize(File.ReadAllBytes(path), WindowsRunJson.Default.WindowsRunRecord);
                records.Add(record ?? throw new JsonException("null"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                onFault(path, e.Message);
            }
        }

        return records;
    }

    // Names of processes may hold what a file's name may not.
    private string PathOf(ProcessRunKey key) => Path.Combine(
        folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.TaskId}\0{key.Process}\0{key.Run}")))[..40] + Extension);
}
