using System.CommandLine;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora worker deactivate</c> and <c>aurora worker activate</c>: the other two steps of maintenance.</summary>
internal static class WorkerModeVerbs
{
    internal static Command Deactivate(CliContext context)
    {
        var (cluster, names) = (Arguments.Cluster(), Arguments.Workers());
        var message = new Option<string?>("--message", "-m") { Description = "Why, for histories." };
        var command = new Command("deactivate", "Announce maintenance: the workers are chosen last, and keep their tasks.") { cluster, names, message };
        command.SetAction(async (parsed, stop) =>
        {
            var client = await context.ConnectAsync(parsed.GetValue(cluster)!, stop).ConfigureAwait(false);
            await using var _ = client.ConfigureAwait(false);
            WorkerChanges.Tell(context, await client.DeactivateWorkersAsync(parsed.GetValue(names)!, parsed.GetValue(message), stop).ConfigureAwait(false));
            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Activate(CliContext context)
    {
        var (cluster, names) = (Arguments.Cluster(), Arguments.Workers());
        var command = new Command("activate", "End maintenance: the workers get tasks again.") { cluster, names };
        command.SetAction(async (parsed, stop) =>
        {
            var client = await context.ConnectAsync(parsed.GetValue(cluster)!, stop).ConfigureAwait(false);
            await using var _ = client.ConfigureAwait(false);
            WorkerChanges.Tell(context, await client.ActivateWorkersAsync(parsed.GetValue(names)!, stop).ConfigureAwait(false));
            return ExitCodes.Ok;
        });
        return command;
    }
}
