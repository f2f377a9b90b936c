using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Aurora.Core.Configuration;

/// <summary>
/// A placement constraint of a job, read from its text (aurora-spec section 5.3): <c>limit:N</c>, or values separated by commas, of which a worker must have one; with a
/// <c>!</c> in front of the whole list it must have none of them. Spaces around values mean nothing.
/// </summary>
public sealed record PlacementConstraint
{
    /// <summary>The attribute that says for whom a worker is kept (aurora-spec section 5.4).</summary>
    public const string Dedicated = "dedicated";

    private const string LimitPrefix = "limit:";

    /// <summary>The attribute of workers that it is about.</summary>
    public required string Attribute { get; init; }

    /// <summary>The values; empty for a limit.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether the worker must have none of the values.</summary>
    public bool IsNegated { get; init; }

    /// <summary>How many of the job's tasks there may be on workers with the same value, 1 or more; null for a value constraint.</summary>
    public int? Limit { get; init; }

    /// <summary>Reads a constraint.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="expression">The text.</param>
    /// <param name="constraint">The constraint, when it is one.</param>
    /// <param name="rule">Otherwise the rule that it breaks, as a phrase.</param>
    /// <returns>True when it is one.</returns>
    public static bool TryParse(string attribute, string expression, [NotNullWhen(true)] out PlacementConstraint? constraint, [NotNullWhen(false)] out string? rule)
    {
        ArgumentNullException.ThrowIfNull(expression);
        constraint = null;
        rule = null;
        if (expression.StartsWith(LimitPrefix, StringComparison.Ordinal))
        {
            if (int.TryParse(expression.AsSpan(LimitPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0)
            {
                constraint = new PlacementConstraint { Attribute = attribute, Limit = limit };
                return true;
            }

            rule = "must be limit:N with a whole number N of 1 or more";
            return false;
        }

        var isNegated = expression.StartsWith('!');
        var values = expression[(isNegated ? 1 : 0)..].Split(',', StringSplitOptions.TrimEntries);
        if (values.Contains(""))
        {
            rule = "must be values separated by commas, with '!' in front for none of them, or limit:N";
            return false;
        }

        if (values.Any(v => v.StartsWith('!')))
        {
            rule = "must have '!' only once, in front of the whole list: it is for all values";
            return false;
        }

        constraint = new PlacementConstraint { Attribute = attribute, Values = [.. values.Distinct(StringComparer.Ordinal)], IsNegated = isNegated };
        return true;
    }

    /// <summary>The constraints of a valid job, by attribute in ordinal order. What is not valid is left out: the broker has refused it before.</summary>
    /// <param name="job">The job.</param>
    /// <returns>The constraints.</returns>
    public static IReadOnlyList<PlacementConstraint> Of(JobConfiguration job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var constraints = new List<PlacementConstraint>(job.Constraints.Count);
        foreach (var (attribute, expression) in job.Constraints.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (TryParse(attribute, expression, out var constraint, out _))
            {
                constraints.Add(constraint);
            }
        }

        return constraints;
    }

    /// <summary>Says for whom a dedicated value is: a role may use what is its own, or everybody's (<c>*</c>) (aurora-spec section 5.4).</summary>
    /// <param name="role">The job's role.</param>
    /// <returns>True when this is a constraint that a job of the role may have on <see cref="Dedicated"/>.</returns>
    public bool IsDedicationOf(string role) =>
        Limit is null && !IsNegated && Values.Count == 1 && Values[0].Split('/')[0] is var owner && (owner == role || owner == "*");

    /// <summary>The constraint as people write it.</summary>
    /// <returns>For example <c>limit:2</c> or <c>!a,b</c>.</returns>
    public override string ToString() =>
        Limit is { } limit ? string.Create(CultureInfo.InvariantCulture, $"{LimitPrefix}{limit}") : $"{(IsNegated ? "!" : "")}{string.Join(',', Values)}";
}
