using System.Text;

namespace Aurora.PowerShell.Pipeline;

/// <summary>Cuts a stream of UTF-8 bytes into lines; a line or a character may come in pieces. A line longer than 1 MiB is given out in parts.</summary>
internal sealed class LineSplitter
{
    private const int LongestLine = 1024 * 1024;
    private readonly Decoder _decoder = new UTF8Encoding(false).GetDecoder();
    private readonly StringBuilder _line = new();

    /// <summary>What came after the last line break; null when nothing did.</summary>
    internal string? Rest => _line.Length == 0 ? null : _line.ToString().TrimEnd('\r');

    /// <summary>The lines that are whole now.</summary>
    internal IReadOnlyList<string> Split(ReadOnlySpan<byte> bytes)
    {
        var text = new char[_decoder.GetCharCount(bytes, flush: false)];
        var length = _decoder.GetChars(bytes, text, flush: false);
        var lines = new List<string>();
        foreach (var letter in text.AsSpan(0, length))
        {
            if (letter == '\n' || _line.Length >= LongestLine)
            {
                lines.Add(_line.ToString().TrimEnd('\r'));
                _line.Clear();
            }

            if (letter != '\n')
            {
                _line.Append(letter);
            }
        }

        return lines;
    }
}
