using System.Text;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// What <c>CreateProcess</c> takes: one string for all arguments, one block for the whole environment. Pure. The string is quoted by the rules by which <c>CommandLineToArgvW</c> and
/// the C run time take it apart again. <c>cmd.exe</c> reads by rules of its own: what comes after its <c>/s /c</c> stands between two quotes as it is.
/// </summary>
internal static class WindowsCommandLine
{
    /// <summary>The most characters that a command line may have, its end included.</summary>
    public const int MaxLength = 32767;

    /// <summary>Joins an argument vector.</summary>
    /// <param name="arguments">The vector. The first is the program's path, which cannot hold quotes; the parser knows no escapes there.</param>
    /// <returns>The command line.</returns>
    public static string Join(IReadOnlyList<string> arguments)
    {
        var line = new StringBuilder();
        line.Append('"').Append(arguments[0]).Append('"');
        var script = arguments is [.., "/s", "/c", var last] && arguments[0].EndsWith("cmd.exe", StringComparison.OrdinalIgnoreCase) ? last : null;
        foreach (var argument in arguments.Skip(1).SkipLast(script is null ? 0 : 1))
        {
            line.Append(' ');
            Append(line, argument);
        }

        return script is null ? line.ToString() : line.Append(" \"").Append(script).Append('"').ToString();
    }

    /// <summary>Makes the environment block: UTF-16, sorted by name as Windows sorts (upper case, ordinal), each entry ended by a zero, and the block by another one.</summary>
    /// <param name="environment">Names and values. Of names that differ only in case, which are one name to Windows, the first in ordinal order counts.</param>
    /// <returns>The block.</returns>
    public static string EnvironmentBlock(IReadOnlyDictionary<string, string> environment)
    {
        var block = new StringBuilder();
        foreach (var (name, value) in environment
            .OrderBy(e => e.Key, StringComparer.Ordinal)
            .DistinctBy(e => e.Key, StringComparer.OrdinalIgnoreCase)
            .OrderBy(e => e.Key, StringComparer.OrdinalIgnoreCase))
        {
            block.Append(name).Append('=').Append(value).Append('\0');
        }

        // An empty block has two zeros too.
        return block.Append(block.Length == 0 ? "\0\0" : "\0").ToString();
    }

    private static void Append(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(" \t\n\v\"") < 0)
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        var backslashes = 0;
        foreach (var c in argument)
        {
            // Backslashes are themselves, except before a quote: there each needs another one, and the quote one of its own.
            if (c == '"')
            {
                line.Append('\\', backslashes + 1);
            }

            line.Append(c);
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }

        line.Append('\\', backslashes).Append('"');
    }
}
