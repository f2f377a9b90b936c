using System.Text;

namespace Aurora.Worker.Sandbox;

/// <summary>The rule for paths that others name in a sandbox: relative, downwards only, bounded.</summary>
internal static class SandboxPath
{
    /// <summary>The most parts.</summary>
    public const int MaxParts = 64;

    /// <summary>The most bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Takes a path apart.</summary>
    /// <param name="path">The path, relative to a sandbox.</param>
    /// <returns>Its parts, at least one; or the rule that it breaks.</returns>
    public static (IReadOnlyList<string>? Parts, string? Rule) Parse(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return (null, "must not contain NUL");
        }

        if (path.StartsWith('/'))
        {
            return (null, "must be relative to the sandbox, not begin with '/'");
        }

        if (Encoding.UTF8.GetByteCount(path) > MaxBytes)
        {
            return (null, $"must have at most {MaxBytes} bytes");
        }

        var parts = path.Split('/');
        return parts switch
        {
            { Length: > MaxParts } => (null, $"must have at most {MaxParts} parts"),
            _ when parts.Contains("..") => (null, "must not contain the part '..'"),
            _ when parts.Contains(".") => (null, "must not contain the part '.'"),
            _ when parts.Contains("") => (null, "must not be empty or contain an empty part ('//', or '/' at its end)"),
            _ when OperatingSystem.IsWindows() && path.AsSpan().ContainsAny('\\', ':') => (null, "must not contain '\\' or ':'"),
            _ => (parts, null),
        };
    }
}
