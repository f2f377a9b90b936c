namespace Aurora.Worker.Isolation;

/// <summary>What a task as a whole may use: its grant, with the worker's allowance on top.</summary>
/// <param name="Cpu">Cores.</param>
/// <param name="CpuQuota">Whether <paramref name="Cpu"/> is a hard limit; otherwise it is a share that counts only when the machine is busy.</param>
/// <param name="Ram">Memory granted by the job, in bytes.</param>
/// <param name="RamAllowance">Memory on top of it, in bytes; the limit is the sum (design section 8: the tutorial grants 1 MB).</param>
/// <param name="Disk">Disk granted for sandbox and logs, in bytes.</param>
/// <param name="MaxProcesses">Processes and threads at once.</param>
internal sealed record TaskLimits(double Cpu, bool CpuQuota, long Ram, long RamAllowance, long Disk, int MaxProcesses)
{
    /// <summary>The memory limit, in bytes.</summary>
    public long RamLimit => Ram + RamAllowance;
}
