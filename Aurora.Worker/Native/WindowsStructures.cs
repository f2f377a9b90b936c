#pragma warning disable CS0649 // The kernel fills these in, or reads them as zero.
namespace Aurora.Worker.Native;

/// <summary>SECURITY_ATTRIBUTES.</summary>
internal struct SecurityAttributes
{
    /// <summary>The size of this structure.</summary>
    public int Length;

    /// <summary>None: the default.</summary>
    public nint Descriptor;

    /// <summary>1: children that inherit handles get this one.</summary>
    public int Inherit;
}

/// <summary>PROCESS_INFORMATION.</summary>
internal struct CreatedProcess
{
    /// <summary>The process's handle.</summary>
    public nint Process;

    /// <summary>Its first thread's handle.</summary>
    public nint Thread;

    /// <summary>Its id.</summary>
    public int Pid;

    /// <summary>Its first thread's id.</summary>
    public int ThreadId;
}

/// <summary>STARTUPINFOEXW.</summary>
internal struct StartupWithAttributes
{
    /// <summary>The size of this structure.</summary>
    public int Size;

    /// <summary>Unused.</summary>
    public nint Reserved, Desktop, Title;

    /// <summary>Unused: a window's place, size and colours.</summary>
    public int X, Y, Width, Height, Columns, Rows, Fill;

    /// <summary>What of this structure is meant.</summary>
    public int Flags;

    /// <summary>How to show a window.</summary>
    public short Show;

    /// <summary>Unused.</summary>
    public short Reserved2;

    /// <summary>Unused.</summary>
    public nint Reserved3;

    /// <summary>The standard handles.</summary>
    public nint Input, Output, Error;

    /// <summary>The attributes.</summary>
    public nint Attributes;
}

/// <summary>JOBOBJECT_BASIC_ACCOUNTING_INFORMATION; times in 100 ns.</summary>
internal struct JobAccounting
{
    /// <summary>Processor time.</summary>
    public long User, Kernel, PeriodUser, PeriodKernel;

    /// <summary>Counts.</summary>
    public int PageFaults, Total, Active, Terminated;
}

/// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION.</summary>
internal struct JobLimits
{
    /// <summary>Unused: time limits.</summary>
    public long ProcessTime, JobTime;

    /// <summary>Which limits are meant.</summary>
    public uint Flags;

    /// <summary>Unused: the working set.</summary>
    public nuint MinWorkingSet, MaxWorkingSet;

    /// <summary>Processes at once.</summary>
    public int ActiveProcesses;

    /// <summary>Unused.</summary>
    public nuint Affinity;

    /// <summary>Unused.</summary>
    public int Priority, Scheduling;

    /// <summary>Unused: IO_COUNTERS.</summary>
    public ulong Io1, Io2, Io3, Io4, Io5, Io6;

    /// <summary>Committed memory, in bytes.</summary>
    public nuint ProcessMemory, JobMemory, PeakProcessMemory, PeakJobMemory;
}

/// <summary>JOBOBJECT_CPU_RATE_CONTROL_INFORMATION.</summary>
internal struct JobCpuRate
{
    /// <summary>Which kind of control.</summary>
    public uint Flags;

    /// <summary>Hundredths of a percent of all processors.</summary>
    public uint Rate;
}
