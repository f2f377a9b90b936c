using System.CommandLine;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora job kill KEY/INSTANCES</c>.</summary>
internal static class JobKillVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.KeyAndInstances();
        var message = Arguments.Message();
        var command = new Command("kill", "Kill instances of a job and wait until they have ended.") { key, message };
        command.SetAction((parsed, stop) =>
        {
            var (job, instances) = Arguments.ReadKeyAndInstances(parsed.GetValue(key)!);
            return instances is not null
                ? Killing.RunAsync(context, job, instances, parsed.GetValue(message), stop)
                : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "KEY/INSTANCES", parsed.GetValue(key)!,
                    $"must name instances, for example {job}/0-2; 'aurora job killall {job}' kills all of them"));
        });
        return command;
    }
}
