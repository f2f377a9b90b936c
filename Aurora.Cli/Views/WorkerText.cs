using System.Globalization;
using Aurora.Core.Messages;

namespace Aurora.Cli.Views;

/// <summary>Workers for people: a line each, and a second one for a drain.</summary>
internal static class WorkerText
{
    internal static void Write(TextWriter writer, IReadOnlyList<WorkerSummary> workers)
    {
        foreach (var worker in workers)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{worker.Id} on {worker.Host}: {worker.State}, {worker.Tasks} tasks, free: cpus {worker.Free.Cpu:0.##} of {worker.Total.Cpu:0.##}, ram {StatusText.Measured(worker.Free.Ram)} of {StatusText.Measured(worker.Total.Ram)}, disk {StatusText.Measured(worker.Free.Disk)} of {StatusText.Measured(worker.Total.Disk)}{Gpus(worker)}"));
            if (worker.Drain is { } drain)
            {
                writer.WriteLine($"  drained by {drain.User} since {StatusText.Time(drain.At)}; without asking policies from {StatusText.Time(drain.Deadline)}{(drain.Message is null ? "" : ": " + drain.Message)}");
            }

            if (worker.DrainWaits is { } waits)
            {
                writer.WriteLine($"  the drain waits: {waits}");
            }

            if (worker.Problem is { } problem)
            {
                writer.WriteLine($"  problem: {problem}");
            }

            if (worker.Attributes.Count > 0)
            {
                writer.WriteLine($"  attributes: {string.Join(", ", worker.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))}");
            }
        }
    }

    private static string Gpus(WorkerSummary worker) =>
        worker.Total.Gpu == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", gpus {worker.Free.Gpu} of {worker.Total.Gpu}");
}
