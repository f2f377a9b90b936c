using System.CommandLine;
using Aurora.Cli.Views;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora job inspect KEY FILE</c>: what a job file comes to. Asks no cluster.</summary>
internal static class JobInspectVerb
{
    internal static Command Define(CliContext context)
    {
        var key = Arguments.Key();
        var file = Arguments.JobFile();
        var json = Arguments.WriteJson();
        var raw = new Option<bool>("--raw") { Description = "Print the bound job as one line of JSON." };
        var bind = Arguments.Bind();
        var command = new Command("inspect", "Show what a job file comes to, without asking a cluster.") { key, file, json, raw, bind };
        command.SetAction(async (parsed, stop) =>
        {
            var bindings = Arguments.ReadBindings(parsed.GetValue(bind));
            var job = await JobSource.ReadAsync(parsed.GetValue(file)!, JobKey.Parse(parsed.GetValue(key)!), bindings, stop).ConfigureAwait(false);
            if (parsed.GetValue(json) || parsed.GetValue(raw))
            {
                context.Out.WriteLine(JobConfigurationWriter.Write(job, indented: !parsed.GetValue(raw)).TrimEnd('\n'));
            }
            else
            {
                InspectText.Write(context.Out, job);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
