using System.Text.RegularExpressions;

namespace Aurora.Core.Configuration.Templates;

/// <summary>
/// How templates are written (aurora-spec appendix B, rules 10 to 14): <c>{{name.field[index]}}</c> is a reference, <c>{{&amp;anything}}</c> is an
/// escape and stands for the literal <c>{{anything}}</c>; <c>{{}}</c>, <c>{x}</c> and unpaired braces are plain text.
/// </summary>
internal static partial class TemplateSyntax
{
    /// <summary>A reference or an escape; group 1 is what stands inside the braces.</summary>
    [GeneratedRegex(@"\{\{([^{}]+)\}\}", RegexOptions.CultureInvariant)]
    public static partial Regex Braces();

    /// <summary>A reference around another one that stayed unbound, for example <c>{{x[{{mesos.instance}}]}}</c>.</summary>
    [GeneratedRegex(@"\{\{[A-Za-z_][A-Za-z0-9_.\[\]/-]*\{\{[^&{}][^{}]*\}\}[A-Za-z0-9_.\[\]/-]*\}\}", RegexOptions.CultureInvariant)]
    public static partial Regex Around();

    /// <summary>The names that only the worker knows.</summary>
    [GeneratedRegex(@"\A(mesos\.instance|mesos\.hostname|thermos\.task_id|thermos\.ports\[(?<port>[A-Za-z0-9_.-]+)\])\z", RegexOptions.CultureInvariant)]
    public static partial Regex RunTimeName();

    /// <summary>A well-formed reference: a name, then fields and indexes.</summary>
    [GeneratedRegex(@"\A(?<part>[A-Za-z_][A-Za-z0-9_-]*)(\.(?<part>[A-Za-z0-9_-]+)|\[(?<part>[A-Za-z0-9_./-]+)\])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    /// <summary>Whether the text inside braces is an escape.</summary>
    public static bool IsEscape(string inside) => inside[0] == '&';

    /// <summary>Takes a reference apart, for example <c>processes[0].name</c> into processes, 0 and name; null when it is malformed.</summary>
    public static IReadOnlyList<string>? Parts(string reference)
    {
        var match = Reference().Match(reference);
        return match.Success ? [.. match.Groups["part"].Captures.Select(c => c.Value)] : null;
    }

    /// <summary>Turns every escape into the literal that it stands for: one <c>&amp;</c> goes.</summary>
    public static string Unescape(string text) =>
        text.Contains("{{&", StringComparison.Ordinal) ? Braces().Replace(text, m =>
            IsEscape(m.Groups[1].Value) ? "{{" + m.Groups[1].Value[1..] + "}}" : m.Value) : text;

    /// <summary>The inverse of <see cref="Unescape"/>: what must be written in a file so that this text is read as it stands.</summary>
    public static string Escape(string text) =>
        text.Contains("{{", StringComparison.Ordinal) ? Braces().Replace(text, m => "{{&" + m.Groups[1].Value + "}}") : text;
}
