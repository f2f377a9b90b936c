using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration;

/// <summary>
/// Amounts of memory and disk as text: bytes (<c>134217728</c>) or a number with a unit (<c>512MB</c>, <c>1 GB</c>, <c>1.5GB</c>).
/// Units are powers of 1024, as in the original (aurora-spec section 2.1): B, KB, MB, GB, TB, in any case.
/// </summary>
public static class ResourceAmount
{
    private static readonly (string Unit, long Bytes)[] Units =
        [("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("TB", 1L << 40), ("BYTES", 1), ("B", 1), ("", 1)];

    /// <summary>Reads an amount.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Bytes; a fraction of a byte is cut off.</returns>
    /// <exception cref="AuroraException">AUR1102 when the text is no amount.</exception>
    public static long Parse(string text) => TryParse(text, out var bytes)
        ? bytes
        : throw new AuroraException(new Fault(ErrorCodes.WrongType, "amount", text,
            "must be bytes as a number, or a number with a unit: B, KB, MB, GB or TB, for example '512MB'"));

    /// <summary>Reads an amount without throwing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">Bytes, when the text is an amount.</param>
    /// <returns>True when the text is an amount that fits 64 bits.</returns>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = 0;
        var trimmed = (text ?? "").Trim();
        var (unit, factor) = Array.Find(Units, u => trimmed.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        var number = trimmed[..^unit.Length].TrimEnd();
        if (!decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || Math.Abs(value) > long.MaxValue / factor)
        {
            return false;
        }

        bytes = (long)Math.Truncate(value * factor);
        return true;
    }

    /// <summary>Shows an amount in the greatest unit that needs no rounding.</summary>
    /// <param name="bytes">Bytes.</param>
    /// <returns>For example <c>512 MB</c>; <see cref="Parse"/> reads it back.</returns>
    public static string Format(long bytes)
    {
        var (unit, factor) = Units.Where(u => u.Unit.Length == 2 && bytes != 0 && bytes % u.Bytes == 0).LastOrDefault(("B", 1));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / factor} {unit}");
    }
}
