using System.Globalization;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;

namespace Aurora.Cli.Views;

/// <summary>A job's tasks for people: active ones first, each with its history and its processes.</summary>
internal static class StatusText
{
    internal static void Write(TextWriter writer, IReadOnlyList<TaskSummary> tasks)
    {
        WriteGroup(writer, "Active", [.. tasks.Where(t => !JobProgress.IsTerminal(t.State))]);
        WriteGroup(writer, "Inactive", [.. tasks.Where(t => JobProgress.IsTerminal(t.State))]);
    }

    /// <summary>Amounts as people write them: the greatest unit that leaves no remainder.</summary>
    internal static string Amount(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var unit = 0;
        while (unit < units.Length - 1 && bytes != 0 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} {units[unit]}");
    }

    /// <summary>Measured amounts, which are hardly ever round: the greatest unit of which there is one, with a decimal.</summary>
    internal static string Measured(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var unit = 0;
        var amount = (double)bytes;
        while (unit < units.Length - 1 && amount >= 1024)
        {
            amount /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {units[unit]}");
    }

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static void WriteGroup(TextWriter writer, string title, List<TaskSummary> tasks)
    {
        writer.WriteLine($"{title} tasks ({tasks.Count}):");
        foreach (var task in tasks)
        {
            WriteTask(writer, task);
        }
    }

    private static void WriteTask(TextWriter writer, TaskSummary task)
    {
        var where = task.Host is null ? "" : $" on {task.Host}";
        writer.WriteLine($"  Task role: {task.Job.Role}, env: {task.Job.Environment}, name: {task.Job.Name}, instance: {task.Instance}, status: {task.State.ToString().ToUpperInvariant()}{where}");
        writer.WriteLine($"    task id: {task.TaskId}");
        writer.WriteLine($"    {Resources(task.Resources)}, failures: {task.FailureCount}");
        if (!string.IsNullOrEmpty(task.PendingReason))
        {
            writer.WriteLine($"    {task.State.ToString().ToLowerInvariant()}: {task.PendingReason}");
        }

        if (task.Ports is { Count: > 0 } ports)
        {
            writer.WriteLine($"    ports{where}: {string.Join(", ", ports.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"))}");
        }

        if (task.Usage is { } used)
        {
            writer.WriteLine($"    used: cpu {Seconds(used.CpuSecs)}, peak ram {Measured(used.RamPeak)}, disk {(used.Disk is { } disk ? Measured(disk) : "not measured")}");
        }

        writer.WriteLine("    events:");
        foreach (var e in task.Events)
        {
            writer.WriteLine($"      {Time(e.At)} {e.State.ToString().ToUpperInvariant()}{(string.IsNullOrEmpty(e.Message) ? "" : ": " + e.Message)}");
        }

        if (task.Processes.Count > 0)
        {
            writer.WriteLine("    processes:");
            foreach (var p in task.Processes)
            {
                writer.WriteLine($"      {p.Name}: {p.State.ToString().ToUpperInvariant()}{Ended(p)}, run {p.Run}{Used(p)}");
            }
        }

        if (task.Metadata.Count > 0)
        {
            writer.WriteLine($"    metadata: {string.Join(", ", task.Metadata.Select(m => $"{m.Key}={m.Value}"))}");
        }
    }

    private static string Resources(ResourceGrant grant) => string.Create(CultureInfo.InvariantCulture, $"cpus: {grant.Cpu}, ram: {Amount(grant.Ram)}, disk: {Amount(grant.Disk)}");

    private static string Used(ProcessReport process) =>
        (process.CpuSecs is { } cpu ? $", cpu {Seconds(cpu)}" : "") + (process.RamPeak is { } ram ? $", peak ram {Measured(ram)}" : "");

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s");

    private static string Ended(ProcessReport process) => process switch
    {
        { Signal: { } signal } => $" (signal {signal})",
        { ExitCode: { } code } => $" (exit code {code})",
        { Pid: { } pid } => $" (pid {pid})",
        _ => "",
    };
}
