using System.Globalization;

namespace Aurora.Core.Configuration.Validation;

/// <summary>
/// The syntax of cron schedules (aurora-spec section 7): five fields, each a comma list of <c>n</c>, <c>*</c>, <c>a-b</c>, <c>*/k</c>, <c>a-b/k</c>.
/// </summary>
internal static class CronSyntax
{
    private static readonly string[] Months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] Days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private static readonly Part[] Parts =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, Months),
        new("day of week", 0, 6, Days),
    ];

    private sealed record Part(string Name, int Least, int Greatest, string[] Words);

    /// <summary>The rule that a schedule breaks; null when it breaks none.</summary>
    public static string? Fault(string schedule)
    {
        var texts = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length != Parts.Length)
        {
            return "must have five fields: minute, hour, day of month, month, day of week";
        }

        for (var i = 0; i < Parts.Length; i++)
        {
            if (!texts[i].Split(',').All(item => IsItem(item, Parts[i])))
            {
                var part = Parts[i];
                return $"the {part.Name} '{texts[i]}' must be a list of N, *, A-B, */K or A-B/K with numbers from {part.Least} to {part.Greatest}"
                    + (part.Words.Length > 0 ? $" or {part.Words[0]} to {part.Words[^1]}" : "");
            }
        }

        return texts[2] != "*" && texts[4] != "*" ? "the day of month and the day of week cannot both be restricted; one of them must be *" : null;
    }

    private static bool IsItem(string item, Part part)
    {
        var (range, step) = Cut(item, '/');
        var (from, to) = Cut(range, '-');
        if (step is not null && (range != "*" && to is null || !int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var k) || k < 1))
        {
            return false;
        }

        if (range == "*")
        {
            return step is null || Value(step) < part.Greatest;
        }

        var first = Number(from, part);
        var last = to is null ? first : Number(to, part);
        return first is not null && last >= first && (step is null || Value(step) < last);
    }

    private static (string Before, string? After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, null);

    private static int Value(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int? Number(string text, Part part)
    {
        var word = Array.FindIndex(part.Words, w => w.Equals(text, StringComparison.OrdinalIgnoreCase));
        return word >= 0 ? word + part.Least
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= part.Least && n <= part.Greatest ? n
            : null;
    }
}
