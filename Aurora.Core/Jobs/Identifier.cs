namespace Aurora.Core.Jobs;

/// <summary>The rule for role, environment, job name and tier: <c>^[\w\-.]+$</c> in ASCII, at most 255 characters (aurora-spec section 1).</summary>
public static class Identifier
{
    /// <summary>The greatest length of an identifier, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>The rule in words, for error messages.</summary>
    public const string Rule = "1 to 255 letters, digits, '_', '-' or '.'";

    /// <summary>Says whether a text is an identifier.</summary>
    /// <param name="text">The text to look at.</param>
    /// <returns>True when it is one.</returns>
    public static bool IsValid(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength })
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }
}
