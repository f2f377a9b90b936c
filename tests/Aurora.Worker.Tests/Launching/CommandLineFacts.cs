using Aurora.Worker.Launching;
using Xunit;

namespace Aurora.Worker.Tests.Launching;

public sealed class CommandLineFacts
{
    [Theory]
    [InlineData("/bin/true", "/bin/true")]
    [InlineData("  sleep\t 5 ", "sleep|5")]
    [InlineData("python3 -u hello.py --x=1", "python3|-u|hello.py|--x=1")]
    public void PlainCommandsAreSplitIntoWords(string line, string words) => Assert.Equal(words.Split('|'), CommandLine.Split(line));

    [Theory]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("echo hi")]
    [InlineData("X=1 env")]
    [InlineData("ls *")]
    [InlineData("a; b")]
    [InlineData("a && b")]
    [InlineData("a\nb")]
    [InlineData("echo $HOME")]
    [InlineData("cat 'x'")]
    [InlineData("ls ~")]
    [InlineData("a > b")]
    [InlineData("a # c")]
    [InlineData("{ a }")]
    [InlineData("cat é")]
    public void WhatAShellMightReadOtherwise_GoesToTheShell(string line) => Assert.Null(CommandLine.Split(line));
}
