using System.Text.Json.Nodes;

namespace Aurora.Core.Configuration.Templates;

/// <summary>
/// Replaces references in one text until nothing changes. What is put in is looked at again, as in the original, so values may hold templates and
/// <c>{{a[{{b}}]}}</c> works from the inside out. Bounded in depth, in the number of replacements and in length, because values may name each other.
/// </summary>
internal sealed class TemplateExpansion(IReadOnlyDictionary<string, string> bindings)
{
    private const int MaximumRounds = 100;
    private const int MaximumReplacements = 10_000;
    private const int MaximumLength = 1_000_000;
    private const string Restless = "does not come to rest within 100 rounds: it refers to itself";

    private int replacements;
    private int substituted;

    /// <summary>Why the expansion was given up; null when it was not.</summary>
    public string? Stopped { get; private set; }

    public string Expand(string text, Scope scope, int depth)
    {
        for (var round = depth; Stopped is null; round++)
        {
            var changed = false;
            var next = TemplateSyntax.Braces().Replace(text, match =>
            {
                if (Stopped is not null || Resolve(match.Groups[1].Value, scope, depth) is not { } value)
                {
                    return match.Value;
                }

                changed = true;
                substituted += value.Length;
                Stopped ??= substituted > MaximumLength ? $"grows beyond {MaximumLength} characters" : null;
                return value;
            });

            if (!changed)
            {
                return text;
            }

            text = next;
            Stopped ??= round >= MaximumRounds ? Restless : null;
        }

        return text;
    }

    private string? Resolve(string reference, Scope scope, int depth)
    {
        if (TemplateSyntax.IsEscape(reference) || TemplateSyntax.Parts(reference) is not { } parts)
        {
            return null;
        }

        if (depth >= MaximumRounds || ++replacements > MaximumReplacements)
        {
            Stopped ??= depth >= MaximumRounds ? Restless : $"needs more than {MaximumReplacements} replacements";
            return null;
        }

        foreach (var candidate in Candidates(parts[0], scope))
        {
            if (candidate.Follow(parts[0] is "self" or "super" ? parts.Skip(1) : parts, scope) is { } found)
            {
                return Expand(found.Text, found.At, depth + 1);
            }
        }

        return bindings.TryGetValue(reference, out var bound) ? bound : Standard(reference, scope, depth);
    }

    /// <summary>self is the nearest struct; super the job, or else the nearest struct around that has the field (rule 13).</summary>
    private static IEnumerable<Scope> Candidates(string head, Scope scope) => head switch
    {
        "self" => [scope],
        "super" => scope.Outward().Skip(1).Reverse(),
        _ => scope.Outward(),
    };

    private string? Standard(string reference, Scope scope, int depth)
    {
        var field = reference switch
        {
            "mesos.role" or "thermos.user" => "role",
            "mesos.cluster" => "cluster",
            _ => null,
        };
        var job = scope.Outward().Last();
        return field is not null && job.Fields[field] is JsonValue && job.Follow([field], job) is { } found
            ? Expand(found.Text, job, depth + 1) : null;
    }
}
