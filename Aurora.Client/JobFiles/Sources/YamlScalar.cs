using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Aurora.Client.JobFiles.Sources;

/// <summary>
/// What an unquoted YAML scalar means, by the core schema of YAML 1.2: <c>yes</c>, <c>on</c> and <c>1:30</c> are texts, not a truth value and a number.
/// </summary>
internal static partial class YamlScalar
{
    /// <summary>The value of an unquoted scalar; null for YAML's null.</summary>
    public static JsonValue? Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return JsonValue.Create(true);
            case "false" or "False" or "FALSE":
                return JsonValue.Create(false);
        }

        if (Based().Match(text) is { Success: true } based)
        {
            return OfBase(text, based.Groups[1].Value);
        }

        var number = Decimal().Match(text);
        return number.Success ? OfDecimal(number) : JsonValue.Create(text);
    }

    [GeneratedRegex(@"\A0(?:o([0-7]{1,21})|x([0-9a-fA-F]{1,15}))\z", RegexOptions.CultureInvariant)]
    private static partial Regex Based();

    [GeneratedRegex(@"\A([-+]?)([0-9]{0,400})(?:\.([0-9]{0,400}))?(?:[eE]([-+]?[0-9]{1,4}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();

    private static JsonValue? OfBase(string text, string octal) =>
        octal.Length > 0 ? JsonValue.Create(Convert.ToInt64(octal, 8)) : JsonValue.Create(long.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>Rewrites YAML's form (<c>+07</c>, <c>.5</c>, <c>1.</c>) as JSON's, so that no digit is lost on the way.</summary>
    private static JsonValue? OfDecimal(Match number)
    {
        var (whole, fraction) = (number.Groups[2].Value, number.Groups[3].Value);
        if (whole.Length + fraction.Length == 0)
        {
            return JsonValue.Create(number.Value);
        }

        var digits = whole.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
        var sign = number.Groups[1].Value == "-" ? "-" : "";
        var point = fraction.Length > 0 ? "." + fraction : "";
        var power = number.Groups[4].Success ? "e" + number.Groups[4].Value : "";
        return JsonValue.Create(JsonElement.Parse($"{sign}{digits}{point}{power}"));
    }
}
