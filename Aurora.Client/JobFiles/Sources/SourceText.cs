using System.Buffers;
using System.Text;
using Aurora.Core.Errors;
using Utf8Text = System.Text.Unicode.Utf8;

namespace Aurora.Client.JobFiles.Sources;

/// <summary>A job file's bytes, known to be UTF-8 text of a bounded size.</summary>
internal sealed class SourceText
{
    private readonly byte[] bytes;
    private readonly List<int> lineStarts = [0];
    private (int Offset, int Column) counted = (0, 1);

    /// <param name="path">The file's path as it was given; faults carry it.</param>
    /// <param name="content">The file's content, a byte-order mark allowed.</param>
    /// <exception cref="AuroraException">AUR1002 when the content is binary or not UTF-8, with the line.</exception>
    public SourceText(string path, byte[] content)
    {
        Path = path;
        bytes = content.AsSpan().StartsWith("\uFEFF"u8) ? content[3..] : content;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n')
            {
                lineStarts.Add(i + 1);
            }
        }

        RefuseWhatIsNotText();
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The text in UTF-8, without a byte-order mark.</summary>
    public ReadOnlySpan<byte> Utf8 => bytes;

    /// <summary>Where a byte stands.</summary>
    public SourcePosition At(long offset)
    {
        var at = (int)Math.Clamp(offset, 0, bytes.Length);
        var line = lineStarts.BinarySearch(at);
        line = line < 0 ? ~line - 1 : line;

        // Readers ask from left to right: counting on from the last answer keeps a file of one long line linear.
        var (from, column) = counted.Offset >= lineStarts[line] && counted.Offset <= at ? counted : (lineStarts[line], 1);
        counted = (at, column + Encoding.UTF8.GetCharCount(bytes, from, at - from));
        return new(line + 1, counted.Column);
    }

    /// <summary>The byte at which a line starts; lines count from 1.</summary>
    public int StartOf(int line) => lineStarts[Math.Clamp(line, 1, lineStarts.Count) - 1];

    /// <summary>The text decoded.</summary>
    public override string ToString() => Encoding.UTF8.GetString(bytes);

    /// <summary>A fault in this file.</summary>
    public Fault Fault(string code, SourcePosition? at, string field, string value, string rule) =>
        new(code, field, value, rule) { File = Path, Line = at?.Line, Column = at?.Column };

    /// <summary>An error about the file's syntax at a place.</summary>
    public AuroraException Syntax(SourcePosition at, string rule) => new(Fault(ErrorCodes.FileSyntax, at, "syntax", "", rule));

    private void RefuseWhatIsNotText()
    {
        if (Array.IndexOf(bytes, (byte)0) is >= 0 and var zero)
        {
            throw Syntax(At(zero), "is a binary file: a job file is text in UTF-8");
        }

        if (!Utf8Text.IsValid(bytes))
        {
            var wrong = FirstWrongByte();
            throw Syntax(At(wrong), $"is not UTF-8: byte 0x{bytes[wrong]:x2}; save the file as UTF-8");
        }
    }

    private int FirstWrongByte()
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes.AsSpan(at), out _, out var consumed) == OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }
}
