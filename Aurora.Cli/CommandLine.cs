using System.CommandLine;
using System.Text.RegularExpressions;
using Aurora.Cli.Dev;
using Aurora.Cli.Tutorial;
using Aurora.Cli.Verbs;
using Aurora.Core.Errors;

namespace Aurora.Cli;

/// <summary>The whole command line: parses it, runs its verb, and turns what went wrong into lines and an exit code.</summary>
internal static partial class CommandLine
{
    /// <summary>Runs one command.</summary>
    /// <returns>The exit code (<see cref="ExitCodes"/>).</returns>
    internal static async Task<int> RunAsync(CliContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var parsed = Define(context).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                context.Error.WriteLine($"ERROR] {TypeNames().Replace(error.Message, "")}");
            }

            context.Error.WriteLine($"'{PathOf(parsed)} --help' shows how it is used.");
            return ExitCodes.Usage;
        }

        try
        {
            // The program itself turns signals into the token, so the library need not.
            var configuration = new InvocationConfiguration
            {
                Output = context.Out,
                Error = context.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (AuroraException e)
        {
            ErrorLines.Write(context.Error, e);
            return ExitCodes.Of(e.Code);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Error.WriteLine("Interrupted.");
            return ExitCodes.Interrupted;
        }
    }

    private static RootCommand Define(CliContext context) => new("Aurora: runs jobs on a cluster. A job is named cluster/role/environment/name.")
    {
        new Command("job", "Create, look at and end jobs.")
        {
            JobCreateVerb.Define(context),
            JobStatusVerb.Define(context),
            JobListVerb.Define(context),
            JobInspectVerb.Define(context),
            JobKillVerb.Define(context),
            JobKillAllVerb.Define(context),
        },
        new Command("update", "Bring a service to a new configuration.")
        {
            UpdateStartVerb.Define(context),
            UpdateShowVerb.Define(context),
            UpdateWaitVerb.Define(context),
            UpdateAbortVerb.Define(context),
        },
        new Command("task", "Look into single tasks.")
        {
            TaskLogVerb.Define(context),
            TaskListVerb.Define(context),
            TaskCatVerb.Define(context),
        },
        new Command("worker", "Look at workers, and take them out for maintenance.")
        {
            WorkerListVerb.Define(context),
            WorkerDrainVerb.Define(context),
            WorkerModeVerbs.Deactivate(context),
            WorkerModeVerbs.Activate(context),
        },
        new Command("quota", "Look at and grant what a role's production tasks may use.")
        {
            QuotaVerbs.Get(context),
            QuotaVerbs.Set(context),
        },
        DevVerb.Define(context),
        TutorialVerb.Define(context),
        new Command("config", "Look at job files.")
        {
            ConfigListVerb.Define(context),
        },
    };

    // The library tells people which type of ours it could not make of their text.
    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex TypeNames();

    private static string PathOf(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(at.Parent is null ? "aurora" : at.Command.Name);
        }

        return string.Join(' ', names);
    }
}
