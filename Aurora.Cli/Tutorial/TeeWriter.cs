using System.Text;

namespace Aurora.Cli.Tutorial;

/// <summary>Writes through and remembers, so that the tutorial shows what a verb says and checks it as well.</summary>
internal sealed class TeeWriter(TextWriter shown) : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => shown.Encoding;

    internal string Text => _text.ToString();

    public override void Write(char value)
    {
        _text.Append(value);
        shown.Write(value);
    }

    public override void Write(char[] buffer, int index, int count)
    {
        _text.Append(buffer, index, count);
        shown.Write(buffer, index, count);
    }

    public override void Write(string? value)
    {
        _text.Append(value);
        shown.Write(value);
    }

    public override void WriteLine(string? value) => Write(value + NewLine); // One call, so that two writers' lines do not mix.

    public override void Flush() => shown.Flush();
}
