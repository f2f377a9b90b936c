namespace Aurora.Shim.Native;

/// <summary>Takes the status of ended children together with what they used.</summary>
internal static unsafe class ChildWait
{
    private const int WaitAny = 0;
    private const int WaitOne = 1;
    private const int NoHang = 1;
    private const int Exited = 4;
    private const int NoTake = 0x01000000;

    /// <summary>The number of waitid.</summary>
    private static readonly nint Call = Libc.IsX64 ? 247 : 95;

    /// <summary>Waits until a child has ended, without taking its status.</summary>
    /// <returns>One that has ended; 0 when there are no children at all.</returns>
    public static int ForEnd()
    {
        Libc.ChildStatus status;
        while (Libc.WaitId(WaitAny, 0, &status, Exited | NoTake) != 0)
        {
            var error = Libc.LastError;
            if (error == Libc.Echild)
            {
                return 0;
            }

            if (error != Libc.Eintr)
            {
                throw new IOException($"waitid: {Libc.Describe(error)}");
            }
        }

        return status.Pid;
    }

    /// <summary>Takes a child, if it has ended.</summary>
    /// <param name="pid">The child.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="usage">What it used.</param>
    /// <returns>False when it has not ended.</returns>
    public static bool TryTake(int pid, out Libc.ChildStatus status, out Libc.ResourceUsage usage)
    {
        Libc.ChildStatus taken = default;
        Libc.ResourceUsage used = default;
        var error = Libc.SystemCall(Call, WaitOne, pid, &taken, Exited | NoHang, &used);
        (status, usage) = (taken, used);
        return error == 0 && taken.Pid != 0;
    }
}
