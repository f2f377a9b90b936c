using System.Text.Json.Nodes;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles.Python;

/// <summary>Faults as our Python module answers them.</summary>
internal static class AnsweredFault
{
    /// <summary>The error that ended the evaluation.</summary>
    public static Fault Of(JsonObject error, string path)
    {
        var field = Text(error, "field");
        var from = error["included_from"]!.AsArray().Select(f => Included((string)f!, path)).ToArray();
        var rule = Text(error, "message") + (from.Length == 0 ? "" : $" (included from {string.Join(", ", from)})");
        return new(Text(error, "code"), field.Length > 0 ? field : "python", Text(error, "value"), rule)
        {
            File = Shown((string?)error["file"] ?? path, path),
            Line = (int?)error["line"],
            Column = (int?)error["column"],
        };
    }

    /// <summary>A template of one job that could not be bound.</summary>
    public static Fault Of(JsonObject fault, Func<string, SourceLocation?> locate)
    {
        var field = Text(fault, "field");
        var at = locate(field);
        return new(Text(fault, "code"), field, Text(fault, "value"), Text(fault, "message")) { File = at?.File, Line = at?.Line };
    }

    /// <summary>A file's path as people know it: the main file as they named it.</summary>
    public static string Shown(string file, string path) => file == Path.GetFullPath(path) ? path : file;

    private static string Included(string place, string path)
    {
        var colon = place.LastIndexOf(':');
        return Shown(place[..colon], path) + place[colon..];
    }

    private static string Text(JsonObject from, string name) => (string?)from[name] ?? "";
}
