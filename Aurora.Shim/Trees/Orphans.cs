using System.Globalization;
using Aurora.Shim.Native;

namespace Aurora.Shim.Trees;

/// <summary>
/// The orphans that were handed to this process. The kernel gives them to the first living thread of a reaper, which is the main thread for as long as the process
/// lives; runs are children of the threads that started them. So one file of <c>/proc</c> tells, which stays open and is read again with one call to the system.
/// </summary>
internal sealed unsafe class Orphans
{
    private readonly int _file;

    /// <summary>Opens the list.</summary>
    public Orphans()
    {
        var id = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _file = Libc.Open($"/proc/self/task/{id}/children", Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0);
    }

    /// <summary>Looks for one.</summary>
    /// <param name="isRun">Whether a child leads a run; its thread may have ended, so that it was handed on as well.</param>
    /// <returns>True also when the kernel does not tell (no CONFIG_PROC_CHILDREN), or there are too many to be read.</returns>
    public bool Any(Func<int, bool> isRun)
    {
        Span<byte> text = stackalloc byte[1024];
        nint read;
        fixed (byte* start = text)
        {
            read = _file < 0 ? -1 : Libc.ReadAt(_file, start, text.Length, 0);
        }

        if (read < 0 || read == text.Length)
        {
            return true;
        }

        foreach (var range in text[..(int)read].Split((byte)' '))
        {
            if (int.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !isRun(pid))
            {
                return true;
            }
        }

        return false;
    }
}
