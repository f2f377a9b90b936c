namespace Aurora.Core.Configuration.Reading;

/// <summary>Finds the name that somebody meant, by edit distance with neighbouring letters swapped counted as one edit.</summary>
internal static class NearestName
{
    /// <summary>The nearest candidate; null when none is near enough to be a slip of the keyboard.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var normal = Normal(name);
        var nearest = candidates.MinBy(c => Distance(normal, Normal(c)));
        return nearest is not null && Distance(normal, Normal(nearest)) <= Math.Max(1, nearest.Length / 3) ? nearest : null;
    }

    /// <summary>Other spellings of the same words (maxFailures, max-failures) count as equal.</summary>
    private static string Normal(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        if (a.Length > 100)
        {
            return int.MaxValue;
        }

        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 || j == 0
                    ? i + j : Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
