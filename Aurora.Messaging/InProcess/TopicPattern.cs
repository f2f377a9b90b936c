namespace Aurora.Messaging.InProcess;

/// <summary>A topic pattern as AMQP defines it: words joined by dots, <c>*</c> is exactly one word, <c>#</c> is any number of words, also none.</summary>
internal sealed class TopicPattern(string pattern)
{
    private readonly string[] _words = pattern.Split('.');

    public bool Matches(string routingKey) => Matches(_words, routingKey.Length == 0 ? [] : routingKey.Split('.'));

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> words)
    {
        // Iterative with one point to fall back to, the last '#': linear in practice, and no pattern can make it exponential.
        int p = 0, w = 0, hash = -1, resume = 0;
        while (w < words.Length)
        {
            if (p < pattern.Length && pattern[p] == "#")
                (hash, resume) = (p++, w);
            else if (p < pattern.Length && (pattern[p] == "*" || pattern[p] == words[w]))
                (p, w) = (p + 1, w + 1);
            else if (hash >= 0)
                (p, w) = (hash + 1, ++resume);
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == "#")
            p++;
        return p == pattern.Length;
    }
}
