using System.CommandLine;
using Aurora.Client.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora config list FILE</c>: the jobs of a job file.</summary>
internal static class ConfigListVerb
{
    internal static Command Define(CliContext context)
    {
        var file = Arguments.JobFile();
        var bind = Arguments.Bind();
        var command = new Command("list", "List the jobs of a job file.") { file, bind };
        command.SetAction(async (parsed, stop) =>
        {
            var keys = await JobSource.KeysAsync(parsed.GetValue(file)!, Arguments.ReadBindings(parsed.GetValue(bind)), stop).ConfigureAwait(false);
            context.Out.WriteLine($"jobs=[{string.Join(", ", keys)}]");
            return ExitCodes.Ok;
        });
        return command;
    }
}
