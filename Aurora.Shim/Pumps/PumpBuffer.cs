using Aurora.Shim.Native;

namespace Aurora.Shim.Pumps;

/// <summary>
/// Shows what waits in a pipe without taking it out: only when a piece is safely in its file does it leave the pipe, in one call of the kernel. So a kill -9 of
/// this process loses nothing and writes nothing twice. Not thread-safe.
/// </summary>
internal sealed unsafe class PumpBuffer
{
    private const int Size = 64 * 1024;
    private const uint NoWait = 2;

    private readonly byte[] _bytes = new byte[Size];
    private readonly int _in;
    private readonly int _out;

    /// <summary>Makes the inner pipe.</summary>
    /// <exception cref="IOException">There are no files left to open.</exception>
    public PumpBuffer()
    {
        (_in, _out) = Libc.MakePipe();
    }

    /// <summary>Looks at what waits.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="ended">True when nothing waits and nobody can write any more.</param>
    /// <returns>The bytes, valid until the next call; none when nothing waits.</returns>
    public ReadOnlySpan<byte> Peek(int pipe, out bool ended)
    {
        nint seen;
        int error;
        do
        {
            seen = Libc.Tee(pipe, _out, Size, NoWait);
            error = seen < 0 ? Libc.LastError : 0;
        }
        while (error == Libc.Eintr);

        ended = seen == 0 || (seen < 0 && error != Libc.Eagain);
        var read = 0;
        fixed (byte* start = _bytes)
        {
            while (read < seen)
            {
                read += (int)Math.Max(Libc.Read(_in, start + read, (nint)seen - read), 0);
            }
        }

        return _bytes.AsSpan(0, read);
    }

    /// <summary>Moves bytes that wait to a file.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="file">The file, at the place to write to.</param>
    /// <param name="count">How many; so many do wait.</param>
    /// <returns>0, or the errno of the file; then the rest was dropped, as the process itself would have lost it.</returns>
    public static int Move(int pipe, int file, int count)
    {
        while (count > 0)
        {
            var moved = Libc.Splice(pipe, null, file, null, count, 0);
            if (moved > 0)
            {
                count -= (int)moved;
                continue;
            }

            if (moved < 0 && Libc.LastError is var error && error != Libc.Eintr)
            {
                Drop(pipe, count);
                return error;
            }
        }

        return 0;
    }

    private static void Drop(int pipe, int count)
    {
        var bytes = stackalloc byte[4096];
        while (count > 0)
        {
            var read = (int)Libc.Read(pipe, bytes, Math.Min(count, 4096));
            if (read <= 0 && Libc.LastError != Libc.Eintr)
            {
                return;
            }

            count -= Math.Max(read, 0);
        }
    }
}
