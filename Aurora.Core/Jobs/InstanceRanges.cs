using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Errors;

namespace Aurora.Core.Jobs;

/// <summary>Sets of instances as text: comma-separated numbers and inclusive ranges, for example <c>0,2-4</c> (aurora-spec section 1).</summary>
public static class InstanceRanges
{
    private const string Rule = "instances are numbers and ranges separated by commas, for example 0,2-4";

    /// <summary>Reads a set of instances.</summary>
    /// <param name="text">The text; null or empty means all instances.</param>
    /// <returns>The numbers, ascending, each once; null for all instances.</returns>
    /// <exception cref="AuroraException">AUR1203 when the text is no set of instances: not a number, negative, reversed, or beyond 3999.</exception>
    public static IReadOnlyList<int>? Parse(string? text) =>
        TryParse(text, out var instances, out var fault) ? instances : throw new AuroraException(fault);

    /// <summary>Reads a set of instances without throwing.</summary>
    /// <param name="text">The text; null or empty means all instances.</param>
    /// <param name="instances">The numbers, ascending, each once; null for all instances.</param>
    /// <param name="fault">Why the text is no set of instances, otherwise.</param>
    /// <returns>True when the text is one.</returns>
    public static bool TryParse(string? text, out IReadOnlyList<int>? instances, [NotNullWhen(false)] out Fault? fault)
    {
        instances = null;
        fault = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var numbers = new SortedSet<int>();
        foreach (var item in text.Split(','))
        {
            if (AddRange(item.Trim(), numbers) is { } rule)
            {
                fault = new Fault(ErrorCodes.MalformedInstances, "instances", text, rule);
                return false;
            }
        }

        instances = [.. numbers];
        return true;
    }

    /// <summary>Writes a set of instances.</summary>
    /// <param name="instances">The numbers, in any order; null for all instances.</param>
    /// <returns>The shortest text that <see cref="Parse"/> reads back; empty for all instances.</returns>
    public static string Format(IReadOnlyCollection<int>? instances)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var number in new SortedSet<int>(instances ?? []))
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
            {
                ranges[^1] = (ranges[^1].First, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        return string.Join(',', ranges.Select(r => r.First == r.Last ? Text(r.First) : $"{Text(r.First)}-{Text(r.Last)}"));
    }

    private static string? AddRange(string item, SortedSet<int> numbers)
    {
        var parts = item.Split('-', 2);
        if (!TryNumber(parts[0], out var first) || !TryNumber(parts[^1], out var last))
        {
            return $"'{item}' is neither a number from 0 on nor a range; {Rule}";
        }

        if (last < first)
        {
            return $"the range '{item}' is reversed; write {Text(last)}-{Text(first)}";
        }

        if (last >= JobSchema.MaximumInstances)
        {
            return $"'{item}' is beyond the last possible instance, {JobSchema.MaximumInstances - 1}";
        }

        numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        return null;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
