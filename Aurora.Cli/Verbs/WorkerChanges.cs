using Aurora.Client;
using Aurora.Core.Messages;

namespace Aurora.Cli.Verbs;

/// <summary>How a change of workers is told.</summary>
internal static class WorkerChanges
{
    internal static void Tell(CliContext context, Answer<WorkersChanged> changed)
    {
        context.Inform($"Response from scheduler: OK (message: {changed.Message})");
        foreach (var worker in changed.Result.Workers)
        {
            context.Inform($"{worker.Id}: {worker.State}, {worker.Tasks} tasks");
        }
    }
}
