using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aurora.Simulation.Engine;

/// <summary>What happened, as lines for people; costs nothing when nobody reads it. Its digest tells whether two runs were the same.</summary>
internal sealed class Trace(Timeline timeline, TextWriter? output, bool isDigested)
{
    private ulong _digest = 14695981039346656037;

    public bool IsOn => output is not null || isDigested;

    public ulong Digest => _digest;

    public void Say([InterpolatedStringHandlerArgument("")] ref Line line)
    {
        if (!IsOn)
            return;
        var text = string.Create(CultureInfo.InvariantCulture, $"{timeline.Elapsed.TotalSeconds,10:0.000} {line.Text}");
        foreach (var c in text)
            _digest = (_digest ^ c) * 1099511628211;
        output?.WriteLine(text);
    }

    /// <summary>Builds the text only when somebody reads it.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Line
    {
        private readonly StringBuilder? _text;

        public Line(int literalLength, int formattedCount, Trace trace, out bool isOn)
        {
            isOn = trace.IsOn;
            _text = isOn ? new StringBuilder(literalLength + (formattedCount * 16)) : null;
        }

        public string Text => _text?.ToString() ?? "";

        public void AppendLiteral(string text) => _text?.Append(text);

        public void AppendFormatted<T>(T value) => _text?.Append(CultureInfo.InvariantCulture, $"{value}");

        public void AppendFormatted<T>(T value, int alignment) => _text?.Append($"{value}".PadRight(-alignment));

        public void AppendFormatted<T>(T value, string format) => _text?.AppendFormat(CultureInfo.InvariantCulture, $"{{0:{format}}}", value);
    }
}
