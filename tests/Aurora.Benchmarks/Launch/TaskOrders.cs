using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Benchmarks.Launch;

/// <summary>Makes the orders that a broker would send.</summary>
internal static class TaskOrders
{
    private static readonly string Role = Environment.IsPrivilegedProcess ? "www-data" : Environment.UserName;

    /// <summary>A task of equal processes, four of them at a time where there are more.</summary>
    public static LaunchTask Of(string id, string command, int processes) => new(
        new TaskId(id),
        new JobKey("bench", Role, "test", "launch"),
        0,
        new TaskConfiguration
        {
            Name = "main",
            Processes = [.. Enumerable.Range(0, processes).Select(i => new ProcessConfiguration { Name = $"p{i}", Cmdline = command })],
            MaxConcurrency = processes > 1 ? 4 : 0,
            Resources = new ResourceGrant { Cpu = 0.1, Ram = 1 << 20, Disk = 1 << 20 },
        });
}
