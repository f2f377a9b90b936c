using System.Globalization;
using System.Text;
using Aurora.Shim.Native;

namespace Aurora.Shim.Pumps;

/// <summary>
/// The file that a pump writes to, with its rotated predecessors. Each step of a rotation leaves the files so that the next shim can end what a killed one began:
/// the number of bytes before the new file is written aside, the file is renamed, the number takes effect, the new file is made.
/// </summary>
internal sealed unsafe class RotatingFile
{
    /// <summary>0640: the agent and the role's group may read a log; other roles may not.</summary>
    private const uint Mode = 0x1A0;

    private readonly PumpPlan _plan;
    private long _base;
    private long _limit;

    private RotatingFile(PumpPlan plan, int descriptor)
    {
        (_plan, Descriptor, _limit) = (plan, descriptor, plan.RotateAt);
        Size = Libc.Seek(descriptor, 0, 2);
        _base = long.TryParse(Trees.ProcFs.ReadText(plan.Base), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : 0;
    }

    /// <summary>The open file.</summary>
    public int Descriptor { get; private set; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; set; }

    /// <summary>Opens the file, and ends a rotation that was interrupted.</summary>
    /// <param name="plan">What becomes of the stream.</param>
    /// <param name="errno">Why it cannot be opened.</param>
    /// <returns>The file, or null.</returns>
    public static RotatingFile? Open(PumpPlan plan, out int errno)
    {
        if (plan.RotateAt > 0 && !File.Exists(plan.File))
        {
            _ = Libc.Rename(plan.NextBase, plan.Base);
        }

        var descriptor = OpenFile(plan.File);
        errno = descriptor < 0 ? Libc.LastError : 0;
        return descriptor < 0 ? null : new RotatingFile(plan, descriptor);
    }

    /// <summary>Where to cut what comes next.</summary>
    /// <param name="chunk">What comes next.</param>
    /// <returns>The cut.</returns>
    public LineCut Cut(ReadOnlySpan<byte> chunk) => _plan.RotateAt > 0 ? LineCut.Decide(Size, _limit, chunk) : new LineCut(chunk.Length, false);

    /// <summary>Rotates. Where that fails the file goes on to grow, and it is tried again after as much again.</summary>
    public void Rotate()
    {
        var error = TryRotate();
        if (error != 0)
        {
            _limit = Size + _plan.RotateAt;
            ShimLog.Write($"cannot rotate {_plan.File}: {Libc.Describe(error)}");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Close() => _ = Libc.Close(Descriptor);

    private int TryRotate()
    {
        var error = WriteNextBase();
        if (error != 0)
        {
            return error;
        }

        for (var number = _plan.Backups; number > 1; number--)
        {
            // There are as many as there were rotations; the oldest is replaced.
            _ = Libc.Rename(_plan.Backup(number - 1), _plan.Backup(number));
        }

        if (Libc.Rename(_plan.File, _plan.Backup(1)) != 0)
        {
            return Libc.LastError;
        }

        _base += Size;
        _ = Libc.Rename(_plan.NextBase, _plan.Base);
        var next = OpenFile(_plan.File);
        if (next < 0)
        {
            return Libc.LastError;
        }

        Close();
        (Descriptor, Size, _limit) = (next, 0, _plan.RotateAt);
        return 0;
    }

    private int WriteNextBase()
    {
        var descriptor = Libc.Open(_plan.NextBase, Libc.OpenWriteOnly | Libc.OpenCreate | Libc.OpenTruncate | Libc.OpenCloseOnExec, Mode);
        if (descriptor < 0)
        {
            return Libc.LastError;
        }

        var text = Encoding.ASCII.GetBytes((_base + Size).ToString(CultureInfo.InvariantCulture));
        fixed (byte* start = text)
        {
            var error = Libc.Write(descriptor, start, text.Length) == text.Length ? 0 : Libc.LastError;
            _ = Libc.Close(descriptor);
            return error;
        }
    }

    /// <summary>Not in append mode, into which the kernel does not move from a pipe; this is the only writer.</summary>
    private static int OpenFile(string path) => Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenCreate | Libc.OpenCloseOnExec, Mode);
}
