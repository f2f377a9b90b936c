using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Reading;

/// <summary>
/// Reads a single value as the field's type. Texts are taken as numbers and truths where they spell one, and numbers and truths as texts
/// (aurora-spec appendix B, rule 4). What loses something is refused: a fraction for a whole number (the original cuts it off) and a truth for a number.
/// </summary>
internal static class ScalarReader
{
    /// <summary>The value, and a fault's code and rule. A value out of range is given back all the same; one of the wrong type is not.</summary>
    public static (JsonNode? Value, string? Code, string Rule) Read(FieldType type, JsonValue value)
    {
        var kind = value.GetValueKind();
        var text = kind == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
        var numeric = kind is JsonValueKind.Number or JsonValueKind.String;
        return type switch
        {
            StringType rule => ReadText(rule, text),
            BooleanType => ReadBoolean(text),
            EnumType words => ReadEnum(words, text),
            IntegerType whole when numeric && Number(text) is { } number => ReadInteger(whole, number),
            FloatType range when numeric && Double(text) is { } number => ReadFloat(range, number),
            AmountType amount when numeric && ResourceAmount.TryParse(text, out var bytes) => ReadAmount(amount, bytes),
            DurationType duration when numeric && DurationText.TryParse(text, out var seconds) => ReadDuration(duration, seconds),
            _ => (null, ErrorCodes.WrongType, $"must be {type.Words}"),
        };
    }

    private static (JsonNode?, string?, string) ReadText(StringType type, string text)
    {
        var value = JsonValue.Create(text);
        return text.Length > type.MaximumLength ? (value, ErrorCodes.OutOfRange,
            $"has {text.Length} characters; must have at most {type.MaximumLength}")
            : text.Contains('\0', StringComparison.Ordinal) ? (value, ErrorCodes.OutOfRange, "must not hold the character NUL")
            : type.Rule is { } rule && !rule.IsValid(text) ? (value, rule.Code, $"must be {rule.Words}")
            : text.Length < type.MinimumLength ? (value, ErrorCodes.OutOfRange, "must not be empty")
            : (value, null, "");
    }

    private static (JsonNode?, string?, string) ReadBoolean(string text) => text.ToLowerInvariant() switch
    {
        "true" or "1" => (JsonValue.Create(true), null, ""),
        "false" or "0" => (JsonValue.Create(false), null, ""),
        _ => (null, ErrorCodes.WrongType, "must be true or false"),
    };

    private static (JsonNode?, string?, string) ReadEnum(EnumType type, string text) => type.Values.Contains(text, StringComparer.Ordinal)
        ? (JsonValue.Create(text), null, "")
        : (null, ErrorCodes.OutOfRange,
            $"must be {type.Words}{(NearestName.Of(text, type.Values) is { } nearest ? $"; did you mean '{nearest}'?" : "")}");

    private static (JsonNode?, string?, string) ReadInteger(IntegerType type, decimal number)
    {
        if (number != Math.Truncate(number))
        {
            return (null, ErrorCodes.WrongType, "must be a whole number");
        }

        return number < type.Minimum || number > type.Maximum
            ? (Fits(number), ErrorCodes.OutOfRange, Range(type.Minimum, type.Maximum))
            : (JsonValue.Create((long)number), null, "");
    }

    private static (JsonNode?, string?, string) ReadFloat(FloatType type, double number)
    {
        var bad = number < type.Minimum || number > type.Maximum || (type.AboveMinimum && number == type.Minimum);
        var least = type.AboveMinimum ? "greater than" : "at least";
        return bad
            ? (JsonValue.Create(number), ErrorCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture,
                $"must be {least} {type.Minimum} and at most {type.Maximum}"))
            : (JsonValue.Create(number), null, "");
    }

    private static (JsonNode?, string?, string) ReadAmount(AmountType type, long bytes) => bytes < type.Minimum || bytes > type.Maximum
        ? (JsonValue.Create(bytes), ErrorCodes.OutOfRange,
            $"must be {(bytes < type.Minimum ? "at least " + Amount(type.Minimum) : "at most " + Amount(type.Maximum))}; a number without a unit is bytes")
        : (JsonValue.Create(bytes), null, "");

    private static (JsonNode?, string?, string) ReadDuration(DurationType type, decimal seconds)
    {
        if (type.WholeSeconds && seconds != Math.Truncate(seconds))
        {
            return (null, ErrorCodes.WrongType, "must be whole seconds");
        }

        if (seconds < type.Minimum || seconds > int.MaxValue)
        {
            return (Fits(seconds), ErrorCodes.OutOfRange, seconds < type.Minimum
                ? $"must be at least {type.Minimum} seconds" : $"must be at most {int.MaxValue} seconds");
        }

        return (type.WholeSeconds ? JsonValue.Create((long)seconds) : JsonValue.Create((double)seconds), null, "");
    }

    private static decimal? Number(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Double(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    private static JsonValue? Fits(decimal number) => number is >= int.MinValue and <= int.MaxValue ? JsonValue.Create((long)number) : null;

    private static string Range(long minimum, long maximum) => (minimum, maximum) switch
    {
        (int.MinValue, int.MaxValue) => "must fit 32 bits",
        (_, int.MaxValue) => $"must be {minimum} or more",
        _ => $"must be from {minimum} to {maximum}",
    };

    private static string Amount(long bytes) => bytes == 1 ? "1 byte" : ResourceAmount.Format(bytes);
}
