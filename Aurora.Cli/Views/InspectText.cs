using System.Globalization;
using Aurora.Core.Configuration;

namespace Aurora.Cli.Views;

/// <summary>A job's configuration for people. What stands at its default is mostly left out; <c>--write-json</c> shows everything.</summary>
internal static class InspectText
{
    internal static void Write(TextWriter writer, JobConfiguration job)
    {
        writer.WriteLine("Job level information");
        Line(writer, "name", $"'{job.Name}'");
        Line(writer, "role", $"'{job.Role}'");
        Line(writer, "contact", job.Contact is null ? "none" : $"'{job.Contact}'");
        Line(writer, "cluster", $"'{job.Cluster}'");
        Line(writer, "environment", $"'{job.Environment}'");
        Line(writer, "instances", job.Instances.ToString(CultureInfo.InvariantCulture));
        Line(writer, "service", job.Service ? "true" : "false");
        if (!job.Service)
        {
            Line(writer, "max task failures", job.MaxTaskFailures.ToString(CultureInfo.InvariantCulture));
        }

        if (job.CronSchedule is not null)
        {
            Line(writer, "cron schedule", $"'{job.CronSchedule}' ({job.CronCollisionPolicy})");
        }

        if (job.Constraints.Count > 0)
        {
            Line(writer, "constraints", string.Join(", ", job.Constraints.Select(c => $"{c.Key}={c.Value}")));
        }

        WriteTask(writer, job.Task);
    }

    private static void WriteTask(TextWriter writer, TaskConfiguration task)
    {
        writer.WriteLine();
        writer.WriteLine("Task level information");
        Line(writer, "name", $"'{task.Name}'");
        var grant = task.Resources;
        Line(writer, "resources", string.Create(CultureInfo.InvariantCulture, $"cpu {grant.Cpu}, ram {StatusText.Amount(grant.Ram)}, disk {StatusText.Amount(grant.Disk)}"));
        foreach (var chain in task.Constraints)
        {
            Line(writer, "order", string.Join(" < ", chain.Order));
        }

        foreach (var process in task.Processes)
        {
            writer.WriteLine();
            writer.WriteLine($"Process '{process.Name}':");
            Line(writer, "daemon", process.Daemon ? "true" : "false");
            Line(writer, "ephemeral", process.Ephemeral ? "true" : "false");
            Line(writer, "final", process.Final ? "true" : "false");
            Line(writer, "max failures", process.MaxFailures.ToString(CultureInfo.InvariantCulture));
            writer.WriteLine("  cmdline:");
            foreach (var line in process.Cmdline.Split('\n'))
            {
                writer.WriteLine($"    {line}");
            }
        }
    }

    private static void Line(TextWriter writer, string name, string value) => writer.WriteLine($"  {name + ":",-19} {value}");
}
