using System.Collections;
using System.Globalization;

namespace Aurora.PowerShell.Input;

/// <summary>Reads <c>-Bind @{ name = value }</c>.</summary>
internal static class Bindings
{
    internal static IReadOnlyDictionary<string, string> Read(Hashtable? table)
    {
        var bindings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table ?? [])
        {
            bindings[Text(entry.Key)] = Text(entry.Value);
        }

        return bindings;
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
