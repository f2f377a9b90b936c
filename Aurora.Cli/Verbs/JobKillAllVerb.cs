using System.CommandLine;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora job killall KEY</c>.</summary>
internal static class JobKillAllVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.Key();
        var message = Arguments.Message();
        var command = new Command("killall", "Kill all instances of a job and wait until they have ended.") { key, message };
        command.SetAction((parsed, stop) => Killing.RunAsync(context, JobKey.Parse(parsed.GetValue(key)!), null, parsed.GetValue(message), stop));
        return command;
    }
}
