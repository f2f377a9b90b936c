using Aurora.Shim.Native;
using Aurora.Shim.Runs;

namespace Aurora.Shim.Pumps;

/// <summary>
/// Takes one stream of a run from its FIFO to its files. The process holds the FIFO for reading as well: so it is never told that nobody reads, and
/// what it writes while there is no shim waits in the pipe. Weak where a shim is killed: the copy, which is written first, may then hold a piece twice; and what
/// waits in a pipe is gone with the last process that has it open.
/// </summary>
internal sealed unsafe class OutputPump
{
    private readonly PumpPlan _plan;
    private readonly RotatingFile _file;
    private readonly int _copy;
    private bool _complained;

    private OutputPump(RunKey key, PumpPlan plan, int fifo, RotatingFile file, int copy)
    {
        (Key, _plan, Fifo, _file, _copy) = (key, plan, fifo, file, copy);
    }

    /// <summary>The run.</summary>
    public RunKey Key { get; }

    /// <summary>The FIFO's reading end.</summary>
    public int Fifo { get; }

    /// <summary>True once everything is closed.</summary>
    public bool Closed { get; private set; }

    /// <summary>Opens all files.</summary>
    /// <param name="key">The run.</param>
    /// <param name="plan">What becomes of the stream.</param>
    /// <param name="create">Makes the FIFO, for a process that is about to be started; otherwise it is that of one which was started before.</param>
    /// <param name="fault">Why it cannot be done.</param>
    /// <returns>The pump, or null.</returns>
    public static OutputPump? Open(RunKey key, PumpPlan plan, bool create, out string fault)
    {
        fault = "";
        if (create)
        {
            _ = Libc.Unlink(plan.Fifo);
            if (Libc.MakeFifo(plan.Fifo, 0x180) != 0)
            {
                fault = $"the log file {plan.File} cannot be written: {Libc.Describe(Libc.LastError)}";
                return null;
            }
        }

        var fifo = Libc.Open(plan.Fifo, Libc.OpenReadOnly | Libc.OpenNoWait | Libc.OpenCloseOnExec, 0);
        if (fifo < 0)
        {
            fault = $"the log file's pipe {plan.Fifo} cannot be opened: {Libc.Describe(Libc.LastError)}";
            return null;
        }

        var copy = plan.Copy is null ? -1 : Libc.Open(plan.Copy, Libc.OpenWriteOnly | Libc.OpenAppend | Libc.OpenCreate | Libc.OpenCloseOnExec, 0x1A0);
        var errno = copy < 0 && plan.Copy is not null ? Libc.LastError : 0;
        var file = errno == 0 ? RotatingFile.Open(plan, out errno) : null;
        if (file is not null)
        {
            return new OutputPump(key, plan, fifo, file, copy);
        }

        fault = $"the log file {(copy < 0 && plan.Copy is not null ? plan.Copy : plan.File)} cannot be written: {Libc.Describe(errno)}";
        _ = Libc.Close(fifo);
        _ = copy < 0 ? 0 : Libc.Close(copy);
        if (create)
        {
            _ = Libc.Unlink(plan.Fifo);
        }

        return null;
    }

    /// <summary>How many bytes wait.</summary>
    /// <returns>The number.</returns>
    public int Waiting()
    {
        const nuint bytesToRead = 0x541B;
        var count = 0;
        return Libc.Control(Fifo, bytesToRead, &count) == 0 ? count : 0;
    }

    /// <summary>Takes a piece, of 64 KiB at most. At the end of the stream everything is closed, and the FIFO is removed.</summary>
    /// <param name="buffer">Shared by all pumps.</param>
    /// <returns>How many bytes were taken.</returns>
    public int Step(PumpBuffer buffer)
    {
        var piece = buffer.Peek(Fifo, out var ended);
        if (ended)
        {
            Close();
            _ = Libc.Unlink(_plan.Fifo);
            return 0;
        }

        var taken = piece.Length;
        if (_copy >= 0)
        {
            Complain(Append(piece));
        }

        while (!piece.IsEmpty)
        {
            var cut = _file.Cut(piece);
            Complain(PumpBuffer.Move(Fifo, _file.Descriptor, cut.Length));
            _file.Size += cut.Length;
            if (cut.Rotate)
            {
                _file.Rotate();
            }

            piece = piece[cut.Length..];
        }

        return taken;
    }

    /// <summary>Closes everything.</summary>
    public void Close()
    {
        if (Closed)
        {
            return;
        }

        Closed = true;
        _file.Close();
        _ = Libc.Close(Fifo);
        _ = _copy < 0 ? 0 : Libc.Close(_copy);
    }

    /// <summary>Closes everything and removes the FIFO: the process was not started.</summary>
    public void Abandon()
    {
        Close();
        _ = Libc.Unlink(_plan.Fifo);
    }

    private int Append(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            var written = 0;
            while (written < bytes.Length)
            {
                var count = Libc.Write(_copy, start + written, bytes.Length - written);
                if (count < 0 && Libc.LastError is var error && error != Libc.Eintr)
                {
                    return error;
                }

                written += (int)Math.Max(count, 0);
            }
        }

        return 0;
    }

    private void Complain(int errno)
    {
        if (errno != 0 && !_complained)
        {
            _complained = true;
            ShimLog.Write($"output of {Key} to {_plan.File} is lost: {Libc.Describe(errno)}");
        }
    }
}
