using System.Globalization;
using System.Text.Json;
using Aurora.Core.Messages;

namespace Aurora.Cli.Views;

/// <summary>A folder of a sandbox as text and as JSON.</summary>
internal static class FileText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>One line an entry: size in bytes, time (UTC), name; a folder's name ends with <c>/</c>, a link's with <c>@</c>.</summary>
    internal static void Write(TextWriter writer, IReadOnlyList<SandboxEntry> entries)
    {
        var width = entries.Count == 0 ? 0 : entries.Max(e => Size(e).Length);
        foreach (var entry in entries)
        {
            writer.WriteLine($"{Size(entry).PadLeft(width)}  {entry.Modified.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  {Printable(entry.Name)}{Mark(entry.Kind)}");
        }
    }

    internal static string Json(TaskFileList list) => JsonSerializer.SerializeToNode(list, AuroraJson.Default.TaskFileList)!.ToJsonString(Indented); // A list is not null.

    private static string Size(SandboxEntry entry) => entry.Kind == "file" ? entry.Size.ToString(CultureInfo.InvariantCulture) : "-";

    private static string Mark(string kind) => kind switch
    {
        "folder" => "/",
        "link" => "@",
        _ => "",
    };

    // A job chooses its names; one with a control character could make a terminal do something.
    private static string Printable(string name) => string.Create(name.Length, name, (shown, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            shown[i] = char.IsControl(from[i]) ? '?' : from[i];
        }
    });
}
