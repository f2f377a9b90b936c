using Aurora.Core.Messages;

namespace Aurora.Cli.Views;

/// <summary>An update for people.</summary>
internal static class UpdateText
{
    /// <summary>For example <c>Update 8c1f…: ROLLING_FORWARD, 0 of 1 instances done</c>.</summary>
    internal static string OneLine(UpdateSummary update) =>
        $"Update {update.UpdateId}: {update.Status}, {update.InstancesDone} of {update.InstancesTotal} instances done{(string.IsNullOrEmpty(update.Message) ? "" : $" ({update.Message})")}";

    internal static void Write(TextWriter writer, UpdateSummary update)
    {
        writer.WriteLine($"Job: {update.Job}, UpdateID: {update.UpdateId}");
        writer.WriteLine($"Started {StatusText.Time(update.CreatedAt)}, last activity: {StatusText.Time(update.ModifiedAt)}, by {update.User}");
        writer.WriteLine($"Current status: {update.Status}, {update.InstancesDone} of {update.InstancesTotal} instances done");
        WriteEvents(writer, "Update events:", [.. update.Events.Where(e => e.Instance is null)]);
        WriteEvents(writer, "Instance events:", [.. update.Events.Where(e => e.Instance is not null)]);
    }

    private static void WriteEvents(TextWriter writer, string title, List<UpdateEvent> events)
    {
        if (events.Count == 0)
        {
            return;
        }

        writer.WriteLine(title);
        foreach (var e in events)
        {
            var instance = e.Instance is { } i ? $"instance {i}: " : "";
            writer.WriteLine($"  {StatusText.Time(e.At)} {instance}{e.Status}{(string.IsNullOrEmpty(e.Message) ? "" : ": " + e.Message)}");
        }
    }
}
