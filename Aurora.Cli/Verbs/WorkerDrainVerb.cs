using System.CommandLine;
using System.Globalization;
using Aurora.Client.Workers;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Cli.Verbs;

/// <summary><c>aurora worker drain CLUSTER NAME…</c>: empties workers for maintenance, as the jobs' SLA policies allow.</summary>
internal static class WorkerDrainVerb
{
    internal static Command Define(CliContext context)
    {
        var cluster = Arguments.Cluster();
        var names = Arguments.Workers();
        var percentage = new Option<double?>("--default-percentage") { Description = "For jobs without an SLA policy: the share of instances that stays up; 95 without it.", HelpName = "percent" };
        var count = new Option<int?>("--default-count") { Description = "For jobs without an SLA policy: how many instances stay up.", HelpName = "N" };
        var duration = new Option<string?>("--default-duration") { Description = "For jobs without an SLA policy: for how long an instance must have been up; 30m without it.", HelpName = "time" };
        var timeout = new Option<string?>("--force-drain-timeout") { Description = "After which time the rest goes without asking policies; 7d without it, 0 at once.", HelpName = "time" };
        var wait = new Option<bool>("--wait") { Description = "Wait until the workers are drained." };
        var message = new Option<string?>("--message", "-m") { Description = "Why, for histories." };
        var command = new Command("drain", "Empty workers for maintenance.") { cluster, names, percentage, count, duration, timeout, wait, message };
        command.SetAction((parsed, stop) =>
        {
            var options = new DrainOptions
            {
                DefaultPolicy = Policy(parsed.GetValue(percentage), parsed.GetValue(count), parsed.GetValue(duration)),
                Timeout = Time("--force-drain-timeout", parsed.GetValue(timeout)),
                Message = parsed.GetValue(message),
            };
            return RunAsync(context, parsed.GetValue(cluster)!, parsed.GetValue(names)!, options, parsed.GetValue(wait), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, string cluster, string[] names, DrainOptions options, bool wait, CancellationToken stop)
    {
        var client = await context.ConnectAsync(cluster, stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        WorkerChanges.Tell(context, await client.DrainWorkersAsync(names, options, stop).ConfigureAwait(false));
        if (wait)
        {
            await client.WaitForDrainAsync(names, new ChangedLines<DrainProgress>(p => context.Inform(p.ToString())), stop).ConfigureAwait(false);
        }

        return ExitCodes.Ok;
    }

    private static SlaPolicyConfiguration? Policy(double? percentage, int? count, string? duration)
    {
        if (percentage is not null && count is not null)
        {
            throw new AuroraException(new Fault(ErrorCodes.InvalidCombination, "--default-count", count.Value.ToString(CultureInfo.InvariantCulture), "and --default-percentage exclude each other"));
        }

        if (percentage is null && count is null && duration is null)
        {
            return null;
        }

        var seconds = (int)(Time("--default-duration", duration) ?? TimeSpan.FromMinutes(30)).TotalSeconds;
        return count is null ? new SlaPolicyConfiguration { Percentage = percentage ?? 95, DurationSecs = seconds } : new SlaPolicyConfiguration { Count = count, DurationSecs = seconds };
    }

    private static TimeSpan? Time(string option, string? text) => text is null ? null
        : DurationText.TryParse(text, out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds((double)seconds)
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, option, text, "must be a time of 0 or more, for example 30, 30s, 5m, 1h or 7d"));
}
