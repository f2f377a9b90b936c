using System.Text;
using Aurora.Worker.Processes.Windows;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>How an argument vector becomes one string for Windows, and an environment one block. The same vectors go through the real parser in Aurora.Worker.Windows.</summary>
public sealed class WindowsCommandLineTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("a\tb", "\"a\tb\"")]
    [InlineData(@"C:\dir\", @"C:\dir\")]
    [InlineData(@"C:\a dir\", @"""C:\a dir\\""")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("\\\"", "\"\\\\\\\"\"")]
    public void AnArgumentIsQuotedOnlyWhereItMustBe(string argument, string quoted) => Assert.Equal($"\"C:\\p.exe\" {quoted}", WindowsCommandLine.Join([@"C:\p.exe", argument]));

    [Fact]
    public void WhatIsJoined_IsTakenApartAgain() => WindowsArguments.Vectors.Sample(vector => Assert.Equal(vector, Parse(WindowsCommandLine.Join(vector))), iter: 10_000);

    [Fact]
    public void AScriptForCmd_IsLeftAsItIs() => Assert.Equal(
        "\"C:\\cmd.exe\" /d /s /c \"echo \"a b\" & exit 3\"", WindowsCommandLine.Join([@"C:\cmd.exe", "/d", "/s", "/c", "echo \"a b\" & exit 3"]));

    [Fact]
    public void TheEnvironmentBlock_IsSortedWithoutCase_AndEndsWithTwoZeros() => Assert.Equal(
        "A=1\0b=2\0C=\0_=x\0\0",
        WindowsCommandLine.EnvironmentBlock(new Dictionary<string, string> { ["_"] = "x", ["C"] = "", ["b"] = "2", ["A"] = "1" }));

    [Fact]
    public void NamesThatDifferOnlyInCase_AreOneName() =>
        Assert.Equal("PATH=1\0\0", WindowsCommandLine.EnvironmentBlock(new Dictionary<string, string> { ["Path"] = "2", ["PATH"] = "1" }));

    [Fact]
    public void AnEmptyEnvironment_IsTwoZeros() => Assert.Equal("\0\0", WindowsCommandLine.EnvironmentBlock(new Dictionary<string, string>()));

    /// <summary>The documented rules of CommandLineToArgvW, written apart from the code under test.</summary>
    private static List<string> Parse(string line)
    {
        // The program: in quotes up to the next quote, whatever stands between.
        var end = line.IndexOf('"', 1);
        List<string> arguments = [line[1..end]];
        StringBuilder? current = null;
        var quoted = false;
        for (var i = end + 1; i < line.Length;)
        {
            var slashes = line.AsSpan(i).IndexOfAnyExcept('\\') is var n and >= 0 ? n : line.Length - i;
            i += slashes;
            if (i < line.Length && line[i] == '"')
            {
                // An even number halves and the quote counts; an odd one halves and the quote is a character.
                (current ??= new()).Append('\\', slashes / 2);
                if (slashes % 2 == 1)
                {
                    current.Append('"');
                }
                else
                {
                    quoted = !quoted;
                }

                i++;
                continue;
            }

            if (slashes > 0)
            {
                (current ??= new()).Append('\\', slashes);
            }

            if (i >= line.Length)
            {
                break;
            }

            if (!quoted && line[i] is ' ' or '\t' && !quoted)
            {
                if (current is not null)
                {
                    arguments.Add($"{current}");
                    current = null;
                }
            }
            else
            {
                (current ??= new()).Append(line[i]);
            }

            i++;
        }

        if (current is not null)
        {
            arguments.Add($"{current}");
        }

        return arguments;
    }
}
