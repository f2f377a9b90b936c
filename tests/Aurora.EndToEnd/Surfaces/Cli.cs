using Aurora.TestSupport.Programs;

namespace Aurora.EndToEnd.Surfaces;

/// <summary>The <c>aurora</c> command line as people and scripts use it: a program with arguments, output and an exit code.</summary>
internal sealed class Cli(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Runs one command to its end.</summary>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        await using var program = ChildProgram.Start(BuildOutput.Aurora, arguments, environment);
        var code = await program.WaitForExitAsync(TimeSpan.FromSeconds(150));
        return new CliResult(code, program.Output);
    }

    /// <summary>Runs one command that must succeed.</summary>
    public async Task<string> MustAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"aurora {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Output}");
        return result.Output;
    }
}

/// <summary>What a command came to.</summary>
internal sealed record CliResult(int ExitCode, string Output);
