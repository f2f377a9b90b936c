using System.Globalization;
using Aurora.TestSupport.Programs;

namespace Aurora.Benchmarks.Launch;

/// <summary>
/// Processor time, in seconds, of those that take part in a launch. It tells where the time of a launch goes, also on a machine that is busy with other things,
/// where processes per second tell little.
/// </summary>
/// <param name="Self">This program: the agent, and the benchmark around it.</param>
/// <param name="Shims">The shims.</param>
/// <param name="Children">What the shims have started and reaped.</param>
/// <param name="Machine">Everything that ran on the machine, the kernel's own threads included.</param>
internal sealed record CpuMeter(double Self, double Shims, double Children, double Machine)
{
    /// <summary>Reads it.</summary>
    /// <param name="folder">The worker's folder, which its shims have in their command lines.</param>
    /// <returns>The time so far.</returns>
    public static CpuMeter Read(string folder)
    {
        var shims = Processes.Mentioning(folder).Where(p => p.Contains("aurora-shim", StringComparison.Ordinal))
            .Select(p => Fields(p[..p.IndexOf(':')])).ToList();
        return new CpuMeter(Environment.CpuUsage.TotalTime.TotalSeconds, shims.Sum(f => f[0] + f[1]) / 100.0, shims.Sum(f => f[2] + f[3]) / 100.0, Busy());
    }

    /// <summary>What was used between two readings, per process, in words.</summary>
    /// <param name="before">The earlier reading.</param>
    /// <param name="processes">How many processes were launched between them.</param>
    /// <returns>The words.</returns>
    public string Since(CpuMeter before, int processes) => string.Create(
        CultureInfo.InvariantCulture,
        $"agent {(Self - before.Self) * 1000 / processes:N2}, shim {(Shims - before.Shims) * 1000 / processes:N2}, process {(Children - before.Children) * 1000 / processes:N2}, machine {(Machine - before.Machine) * 1000 / processes:N2} ms");

    /// <summary>The line <c>cpu</c> of /proc/stat: user, nice, system, idle, waiting for disks, interrupts, soft interrupts, in hundredths of a second.</summary>
    private static double Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..8].Select(f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return (fields.Sum() - fields[3] - fields[4]) / 100.0;
    }

    /// <summary>utime, stime, cutime, cstime of a process, the 14th to 17th field of /proc/PID/stat, in hundredths of a second.</summary>
    private static long[] Fields(string pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return [.. stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Select(f => long.Parse(f, CultureInfo.InvariantCulture))];
    }
}
