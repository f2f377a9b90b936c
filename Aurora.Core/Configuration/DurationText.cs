using System.Globalization;

namespace Aurora.Core.Configuration;

/// <summary>Times as text: seconds (<c>30</c>), or a number with a unit: <c>30s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c>.</summary>
public static class DurationText
{
    private static readonly (string Unit, int Seconds)[] Units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];

    /// <summary>Reads a time.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seconds">Seconds, when the text is a time.</param>
    /// <returns>True when the text is a time.</returns>
    public static bool TryParse(string? text, out decimal seconds)
    {
        var trimmed = (text ?? "").Trim();
        var (unit, factor) = Array.Find(Units, u => trimmed.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        if (!decimal.TryParse(trimmed[..^unit.Length].TrimEnd(), NumberStyles.Float, CultureInfo.InvariantCulture, out seconds)
            || Math.Abs(seconds) > int.MaxValue)
        {
            return false;
        }

        seconds *= factor;
        return true;
    }
}
