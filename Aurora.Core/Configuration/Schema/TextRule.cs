using System.Text;
using System.Text.RegularExpressions;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Core.Configuration.Schema;

/// <summary>A rule for texts beyond their length.</summary>
/// <param name="Pattern">The rule as a regular expression that the whole text matches, for editors; null when there is none.</param>
/// <param name="Words">The rule in words, for people: follows "must be".</param>
/// <param name="IsValid">The rule as code.</param>
public sealed partial record TextRule(string? Pattern, string Words, Func<string, bool> IsValid)
{
    /// <summary>The code of a breach.</summary>
    public string Code { get; init; } = ErrorCodes.InvalidIdentifier;

    /// <summary>Cluster, role, job name, tier (aurora-spec section 1).</summary>
    public static TextRule Identifier { get; } = new(@"^[A-Za-z0-9_.-]{1,255}$", Jobs.Identifier.Rule, Jobs.Identifier.IsValid);

    /// <summary>
    /// A process's name becomes a folder's name (aurora-spec section 1); so there are no control characters in it either, and it has no more bytes than
    /// file systems allow.
    /// </summary>
    public static TextRule ProcessName { get; } = new(
        @"^[^./\x00-\x1f\x7f][^/\x00-\x1f\x7f]*$", "1 to 255 bytes without '/' or control characters, not beginning with '.'",
        t => ProcessNamePattern().IsMatch(t) && Encoding.UTF8.GetByteCount(t) <= 255);

    /// <summary>A command line is one argument of a program; Linux allows 128 KiB for it, and templates need some room.</summary>
    public static TextRule CommandLine { get; } = new(null,
        "1 to 120000 bytes in UTF-8; put a longer script into a file", t => t.Length > 0 && Encoding.UTF8.GetByteCount(t) <= 120_000)
    {
        Code = ErrorCodes.OutOfRange,
    };

    [GeneratedRegex(@"\A[^./\x00-\x1f\x7f][^/\x00-\x1f\x7f]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProcessNamePattern();
}
