namespace Aurora.Core.Configuration.Schema;

/// <summary>Paths of fields as faults show them: <c>task.processes[1].cmdline</c>, <c>constraints[host]</c>.</summary>
internal static class FieldPath
{
    /// <summary>A struct's field.</summary>
    public static string Of(string parent, string field) => parent.Length == 0 ? field : $"{parent}.{field}";

    /// <summary>Whether a path is another one, or stands inside it.</summary>
    public static bool IsWithin(string path, string outer) =>
        path.StartsWith(outer, StringComparison.Ordinal) && (path.Length == outer.Length || outer.Length == 0 || path[outer.Length] is '.' or '[');

    /// <summary>The path around a path: without its last field or index; null at the root.</summary>
    public static string? Parent(string path)
    {
        var end = path.EndsWith(']') ? path.LastIndexOf('[') : path.LastIndexOf('.');
        return path.Length == 0 ? null : end <= 0 ? "" : path[..end];
    }
}
