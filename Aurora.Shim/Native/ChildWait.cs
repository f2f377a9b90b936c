namespace Aurora.Shim.Native;

/// <summary>Takes the status of ended children together with what they used.</summary>
internal static unsafe class ChildWait
{
    private const int WaitAny = 0;
    private const int NoHang = 1;
    private const int Exited = 4;

    /// <summary>The number of waitid.</summary>
    private static readonly nint Call = Libc.IsX64 ? 247 : 95;

    /// <summary>Takes one ended child, if there is one.</summary>
    /// <param name="status">Who ended, and how.</param>
    /// <param name="usage">What it used.</param>
    /// <returns>False when no child has ended.</returns>
    public static bool TryTake(out Libc.ChildStatus status, out Libc.ResourceUsage usage)
    {
        Libc.ChildStatus taken = default;
        Libc.ResourceUsage used = default;
        var error = Libc.SystemCall(Call, WaitAny, 0, &taken, Exited | NoHang, &used);
        (status, usage) = (taken, used);
        return error == 0 && taken.Pid != 0;
    }
}
