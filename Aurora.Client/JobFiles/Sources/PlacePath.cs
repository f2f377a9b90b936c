namespace Aurora.Client.JobFiles.Sources;

/// <summary>Finds the place of a field's path: its own, or that of the nearest field around it (a missing field has no place of its own).</summary>
internal static class PlacePath
{
    /// <summary>The place, or null when not even the job's own is known.</summary>
    /// <param name="places">Places by path; the key of a map's entry stands after a dot.</param>
    /// <param name="path">For example <c>task.processes[1].cmdline</c>, or <c>constraints[host]</c> for a map's entry.</param>
    public static T? Nearest<T>(IReadOnlyDictionary<string, T> places, string path)
        where T : struct
    {
        for (var at = path; ; at = Around(at))
        {
            if (places.TryGetValue(at, out var place) || (AsField(at) is { } field && places.TryGetValue(field, out place)))
            {
                return place;
            }

            if (at.Length == 0)
            {
                return null;
            }
        }
    }

    private static string Around(string path)
    {
        var end = path.EndsWith(']') ? path.LastIndexOf('[') : path.LastIndexOf('.');
        return end <= 0 ? "" : path[..end];
    }

    /// <summary><c>constraints[host]</c> as <c>constraints.host</c>: a reader of JSON does not know maps from structs.</summary>
    private static string? AsField(string path)
    {
        var start = path.EndsWith(']') ? path.LastIndexOf('[') : -1;
        return start < 0 ? null : $"{path[..start]}.{path[(start + 1)..^1]}";
    }
}
