using System.Collections.Frozen;
using System.Text.Json;

namespace Aurora.Broker.Storage;

/// <summary>An enumeration as the tables hold it: <c>UPPER_SNAKE_CASE</c> text, as on the wire, so that a DBA can read it and a reordering in C# changes nothing.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
internal static class EnumText<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Texts =
        Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()));

    private static readonly FrozenDictionary<string, T> Values = Texts.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The text of a value.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Its text.</returns>
    public static string Write(T value) => Texts[value];

    /// <summary>The value of a text.</summary>
    /// <param name="text">What the column holds.</param>
    /// <returns>The value.</returns>
    /// <exception cref="StoreException">The text is no member: the row was written by a newer release, or by hand.</exception>
    public static T Read(string text) =>
        Values.TryGetValue(text, out var value) ? value : throw new StoreException($"The store holds '{text}', which is no {typeof(T).Name} of this release.");
}
