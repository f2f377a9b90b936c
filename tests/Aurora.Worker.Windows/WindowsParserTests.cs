using System.Runtime.InteropServices;
using Aurora.Worker.Processes.Windows;
using Aurora.Worker.Tests.Processes;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Windows;

/// <summary>The system itself takes apart what is joined.</summary>
public sealed unsafe partial class WindowsParserTests
{
    [Fact]
    public void WhatIsJoined_IsTakenApartAgainByTheSystem() => WindowsArguments.Vectors.Sample(vector => Assert.Equal(vector, Parse(WindowsCommandLine.Join(vector))), iter: 2_000);

    private static string[] Parse(string line)
    {
        int count;
        var vector = CommandLineToArgv(line, &count);
        try
        {
            return [.. Enumerable.Range(0, count).Select(i => new string(vector[i]))];
        }
        finally
        {
            LocalFree(vector);
        }
    }

    [LibraryImport("shell32.dll", EntryPoint = "CommandLineToArgvW", StringMarshalling = StringMarshalling.Utf16)]
    private static partial char** CommandLineToArgv(string line, int* count);

    [LibraryImport("kernel32.dll")]
    private static partial nint LocalFree(void* memory);
}
