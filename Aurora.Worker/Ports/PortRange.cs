using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Worker.Ports;

/// <summary>The port numbers that a worker gives to tasks, as ranges: <c>31000-32000,40000</c>.</summary>
internal sealed class PortRange
{
    private readonly (int First, int Last)[] _spans;

    private PortRange((int First, int Last)[] spans)
    {
        _spans = spans;
        Count = spans.Sum(s => s.Last - s.First + 1);
    }

    /// <summary>31000 to 32000, as Mesos offers: below the numbers that Linux takes for outgoing connections.</summary>
    public static PortRange Default { get; } = new([(31000, 32000)]);

    /// <summary>How many numbers there are; at least one.</summary>
    public int Count { get; }

    /// <summary>Reads ranges. White space around numbers is allowed.</summary>
    /// <param name="text">Numbers and ranges from 1 to 65535, joined by commas, none twice.</param>
    /// <param name="field">The field's name, for faults.</param>
    /// <returns>The ranges, or the fault (AUR5001).</returns>
    public static (PortRange? Range, Fault? Fault) Parse(string text, string field = "ports")
    {
        var spans = new List<(int First, int Last)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length > 2 || Number(ends[0]) is not { } first || Number(ends[^1]) is not { } last)
            {
                return (null, Wrong(field, text, $"must be numbers from 1 to 65535 and ranges of them, as in '31000-32000,40000'; '{Short(part)}' is neither"));
            }

            if (last < first)
            {
                return (null, Wrong(field, text, $"must have ranges that begin with their smaller number; '{part}' does not"));
            }

            if (spans.Any(s => first <= s.Last && s.First <= last))
            {
                return (null, Wrong(field, text, $"must name each number once; '{part}' names some again"));
            }

            spans.Add((first, last));
        }

        return (new PortRange([.. spans.Order()]), null);
    }

    /// <summary>The number at a place.</summary>
    /// <param name="index">From 0, below <see cref="Count"/>; the numbers ascend.</param>
    /// <returns>The number.</returns>
    public int At(int index)
    {
        foreach (var (first, last) in _spans)
        {
            if (index <= last - first)
            {
                return first + index;
            }

            index -= last - first + 1;
        }

        throw new ArgumentOutOfRangeException(nameof(index));
    }

    /// <summary>The ranges in ascending order, as <see cref="Parse"/> reads them.</summary>
    /// <returns>For example <c>31000-32000,40000</c>.</returns>
    public override string ToString() =>
        string.Join(',', _spans.Select(s => s.First == s.Last ? Text(s.First) : $"{Text(s.First)}-{Text(s.Last)}"));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535 ? number : null;

    private static Fault Wrong(string field, string value, string rule) => new(ErrorCodes.InvalidConfiguration, field, Short(value), rule);

    private static string Short(string text) => text.Length > 200 ? text[..200] : text;
}
