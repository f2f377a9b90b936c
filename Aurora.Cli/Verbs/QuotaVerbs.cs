using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Aurora.Cli.Views;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora quota get CLUSTER/ROLE</c> and <c>aurora quota set CLUSTER/ROLE CPU RAM DISK</c> (aurora-spec sections 9.1 and 9.2).</summary>
internal static class QuotaVerbs
{
    internal static Command Get(CliContext context)
    {
        var role = Role();
        var json = Arguments.WriteJson();
        var command = new Command("get", "Show what a role may use and uses.") { role, json };
        command.SetAction(async (parsed, stop) =>
        {
            var (cluster, name) = ReadRole(parsed.GetValue(role)!);
            var client = await context.ConnectAsync(cluster, stop).ConfigureAwait(false);
            await using var _ = client.ConfigureAwait(false);
            await foreach (var quota in client.GetQuotasAsync(name, stop).ConfigureAwait(false))
            {
                if (parsed.GetValue(json))
                {
                    context.Out.WriteLine(JsonSerializer.Serialize(quota, AuroraJson.Default.QuotaSummary));
                }
                else
                {
                    QuotaText.Write(context.Out, quota);
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    internal static Command Set(CliContext context)
    {
        var role = Role();
        var cpu = new Argument<string>("CPU") { Description = "Cores." };
        var ram = new Argument<string>("RAM") { Description = "Memory, for example 64GB." };
        var disk = new Argument<string>("DISK") { Description = "Disk, for example 1TB." };
        var command = new Command("set", "Grant a role what its production tasks may use together.") { role, cpu, ram, disk };
        command.SetAction(async (parsed, stop) =>
        {
            var (cluster, name) = ReadRole(parsed.GetValue(role)!);
            var quota = new QuotaAmount(ReadCores(parsed.GetValue(cpu)!), ReadAmount("RAM", parsed.GetValue(ram)!), ReadAmount("DISK", parsed.GetValue(disk)!));
            var client = await context.ConnectAsync(cluster, stop).ConfigureAwait(false);
            await using var _ = client.ConfigureAwait(false);
            var set = await client.SetQuotaAsync(name, quota, stop).ConfigureAwait(false);
            context.Inform($"Response from scheduler: OK (message: {set.Message})");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Argument<string> Role() => new("CLUSTER/ROLE") { Description = "The role." };

    private static (string Cluster, string Role) ReadRole(string text) =>
        text.Split('/') is [var cluster, var role] && Identifier.IsValid(cluster) && Identifier.IsValid(role)
            ? (cluster, role)
            : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "CLUSTER/ROLE", text, "must be a cluster and a role, for example devcluster/www-data"));

    private static double ReadCores(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var cores) && cores is >= 0 and <= 1e9
            ? cores
            : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "CPU", text, "must be a number of cores, 0 or more"));

    private static long ReadAmount(string argument, string text) => ResourceAmount.TryParse(text, out var bytes) && bytes >= 0
        ? bytes
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, argument, text, "must be an amount of 0 or more, for example 64GB"));
}
