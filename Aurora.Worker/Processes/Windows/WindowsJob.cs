using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Aurora.Worker.Isolation;
using Aurora.Worker.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// A named job object. Its name lives as long as somebody has a handle: the agent, or a process that inherited one; so the next agent finds the job of whatever lives. It does not
/// end its processes when it is closed.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsJob : IDisposable
{
    private const uint AllAccess = 0x1F001F;
    private const int BasicAccounting = 1;
    private const int ProcessList = 3;
    private const int ExtendedLimits = 9;
    private const int CpuRateControl = 15;
    private const uint LimitActiveProcesses = 0x8;
    private const uint LimitJobMemory = 0x200;
    private const int MoreData = 234;

    private WindowsJob(SafeFileHandle handle) => Handle = handle;

    /// <summary>The handle; not inherited.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>The name of the job of one run, or of a task, of a worker.</summary>
    /// <param name="folder">The worker's folder.</param>
    /// <param name="parts">What tells it from the worker's other jobs.</param>
    /// <returns>The name, in the session's own space, which needs no privilege.</returns>
    public static string NameOf(string folder, params ReadOnlySpan<string> parts)
    {
        var text = string.Join('\0', [folder.ToUpperInvariant(), .. parts]);
        return $@"Local\aurora-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40]}";
    }

    /// <summary>Makes a job, or opens the one of that name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The job.</returns>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static WindowsJob Create(string name)
    {
        var handle = WindowsKernel.CreateJob(0, name);
        return handle.IsInvalid ? throw new Win32Exception() : new WindowsJob(handle);
    }

    /// <summary>Opens a job.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Null when there is none.</returns>
    public static WindowsJob? Open(string name)
    {
        var handle = WindowsKernel.OpenJob(AllAccess, false, name);
        if (!handle.IsInvalid)
        {
            return new WindowsJob(handle);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>Limits what is in the job as a whole. Memory is what it commits; beyond it, allocations fail. A share of processors without quota has no counterpart here.</summary>
    /// <param name="limits">The limits.</param>
    /// <returns>What the system cannot limit, each with its reason.</returns>
    public IReadOnlyList<string> Limit(TaskLimits limits)
    {
        List<string> refused = [];
        var wanted = new JobLimits
        {
            Flags = LimitJobMemory | LimitActiveProcesses,
            JobMemory = (nuint)Math.Max(limits.RamLimit, 1),
            ActiveProcesses = Math.Max(limits.MaxProcesses, 1),
        };
        if (!WindowsKernel.SetJob(Handle, ExtendedLimits, &wanted, sizeof(JobLimits)))
        {
            refused.Add($"memory and processes: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        if (limits.CpuQuota)
        {
            // 1: control is on; 4: a hard cap.
            var rate = new JobCpuRate { Flags = 1 | 4, Rate = (uint)Math.Clamp(limits.Cpu / Environment.ProcessorCount * 10000, 1, 10000) };
            if (!WindowsKernel.SetJob(Handle, CpuRateControl, &rate, sizeof(JobCpuRate)))
            {
                refused.Add($"processors: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        return refused;
    }

    /// <summary>Puts a process in.</summary>
    /// <param name="process">The process.</param>
    /// <returns>False when the system refuses: it cannot nest jobs, or a limit is reached.</returns>
    public bool Assign(SafeHandle process) => WindowsKernel.AssignToJob(Handle, process);

    /// <summary>Ends everything in it.</summary>
    /// <param name="exitCode">The code that its processes end with.</param>
    public void Terminate(int exitCode) => WindowsKernel.TerminateJob(Handle, unchecked((uint)exitCode));

    /// <summary>How many processes live in it.</summary>
    /// <returns>The count.</returns>
    /// <exception cref="Win32Exception">The system does not say.</exception>
    public int Count()
    {
        JobAccounting accounting = default;
        return WindowsKernel.QueryJob(Handle, BasicAccounting, &accounting, sizeof(JobAccounting), 0) ? accounting.Active : throw new Win32Exception();
    }

    /// <summary>What it has used.</summary>
    /// <returns>The usage, or null when the system does not say.</returns>
    public RunUsage? Usage()
    {
        JobAccounting accounting = default;
        JobLimits limits = default;
        return WindowsKernel.QueryJob(Handle, BasicAccounting, &accounting, sizeof(JobAccounting), 0)
            && WindowsKernel.QueryJob(Handle, ExtendedLimits, &limits, sizeof(JobLimits), 0)
            ? new RunUsage((accounting.User + accounting.Kernel) / 1e7, (long)limits.PeakProcessMemory)
            : null;
    }

    /// <summary>The ids of the processes in it.</summary>
    /// <returns>The ids.</returns>
    /// <exception cref="Win32Exception">The system does not say.</exception>
    public IReadOnlyList<int> Pids()
    {
        // JOBOBJECT_BASIC_PROCESS_ID_LIST: two 32-bit counts, and pointer-sized ids.
        for (var room = 64; ; room *= 4)
        {
            var list = new nint[room + 1];
            fixed (nint* start = list)
            {
                if (WindowsKernel.QueryJob(Handle, ProcessList, start, list.Length * sizeof(nint), 0))
                {
                    var found = ((int*)start)[1];
                    return [.. list.Skip(8 / sizeof(nint)).Take(found).Select(id => (int)id)];
                }

                if (Marshal.GetLastPInvokeError() != MoreData || room > 1 << 20)
                {
                    throw new Win32Exception();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();
}
