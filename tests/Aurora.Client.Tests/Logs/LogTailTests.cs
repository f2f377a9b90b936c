using System.Text;
using Aurora.Client.Logs;
using CsCheck;
using Xunit;

namespace Aurora.Client.Tests.Logs;

public sealed class LogTailTests
{
    [Theory]
    [InlineData("a\nb\nc\n", 2, "b\nc\n")]
    [InlineData("a\nb\nc", 2, "b\nc")]
    [InlineData("a\n\n", 1, "\n")]
    [InlineData("a\nb", 9, "a\nb")]
    [InlineData("a\nb", 0, "")]
    [InlineData("", 3, "")]
    public void TheLastLines_AreFound(string text, int lines, string expected)
    {
        var data = Encoding.UTF8.GetBytes(text);
        Assert.Equal(expected, Encoding.UTF8.GetString(data.AsSpan(LogTail.Start(data, lines))));
    }

    [Fact]
    public void ItAgreesWithSplittingTheText() =>
        Gen.Select(Gen.Char["ab\n"].Array[0, 30], Gen.Int[1, 8]).Sample((letters, lines) =>
        {
            var data = letters.Select(c => (byte)c).ToArray();
            var all = Encoding.ASCII.GetString(data).Split('\n');
            var ended = all[^1].Length == 0 ? all[..^1] : all;
            var count = ended.Length;
            var tail = Encoding.ASCII.GetString(data.AsSpan(LogTail.Start(data, lines)));
            return tail.TrimEnd('\n') == string.Join('\n', ended.TakeLast(Math.Min(lines, count))).TrimEnd('\n');
        });
}
