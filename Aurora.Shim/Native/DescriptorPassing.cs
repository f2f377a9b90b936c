using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aurora.Shim.Native;

/// <summary>Sends and receives bytes with open files beside them (SCM_RIGHTS): the files then are open in both programs, as whoever opened them.</summary>
internal static unsafe class DescriptorPassing
{
    /// <summary>The most files that one message carries here. The kernel's bound is 253.</summary>
    public const int Most = 16;

    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int NoSignal = 0x4000;
    private const int NoWait = 0x40;
    private const int CloseOnExec = 0x40000000;
    private const int HeaderBytes = 16;
    private const int ControlBytes = HeaderBytes + (253 * sizeof(int)) + 4;

    /// <summary>Sends bytes with files, without waiting. The files go with the first byte.</summary>
    /// <param name="socket">A connected Unix socket.</param>
    /// <param name="bytes">At least one byte.</param>
    /// <param name="descriptors">The files; there may be none.</param>
    /// <returns>How many bytes were sent, with the files; 0 when the socket takes nothing at the moment.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> descriptors)
    {
        var control = stackalloc byte[ControlBytes];
        new Span<byte>(control, ControlBytes).Clear();
        *(nint*)control = HeaderBytes + (descriptors.Length * sizeof(int));
        ((int*)control)[2] = SocketLevel;
        ((int*)control)[3] = Rights;
        descriptors.CopyTo(new Span<int>(control + HeaderBytes, descriptors.Length));
        fixed (byte* start = bytes)
        {
            var piece = new Libc.Piece { Start = start, Length = bytes.Length };
            var message = new Libc.MessageHeader
            {
                Pieces = &piece,
                PieceCount = 1,
                Control = descriptors.IsEmpty ? null : control,
                ControlLength = descriptors.IsEmpty ? 0 : HeaderBytes + (((descriptors.Length * sizeof(int)) + 7) & ~7),
            };
            while (true)
            {
                var sent = Libc.SendMessage(socket, &message, NoSignal | NoWait);
                if (sent >= 0)
                {
                    return (int)sent;
                }

                var error = Libc.LastError;
                if (error == Libc.Eagain)
                {
                    return 0;
                }

                if (error != Libc.Eintr)
                {
                    throw new SocketException((int)SocketError.ConnectionReset, $"sendmsg: {Libc.Describe(error)}");
                }
            }
        }
    }

    /// <summary>Receives bytes, and the files that came with them.</summary>
    /// <param name="socket">A connected Unix socket that blocks.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="received">Gets the files, close-on-exec; the caller closes them.</param>
    /// <returns>How many bytes came; 0 at the end.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public static int Receive(SafeHandle socket, Span<byte> buffer, Queue<int> received)
    {
        var control = stackalloc byte[ControlBytes];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var piece = new Libc.Piece { Start = start, Length = buffer.Length };
                var message = new Libc.MessageHeader { Pieces = &piece, PieceCount = 1, Control = control, ControlLength = ControlBytes };
                var count = Libc.ReceiveMessage(socket, &message, CloseOnExec);
                if (count >= 0)
                {
                    Take(control, message.ControlLength, received);
                    return (int)count;
                }

                if (Libc.LastError is var error && error != Libc.Eintr)
                {
                    throw new SocketException((int)SocketError.ConnectionReset, $"recvmsg: {Libc.Describe(error)}");
                }
            }
        }
    }

    private static void Take(byte* control, nint length, Queue<int> received)
    {
        // Only one kind of message comes here, and the kernel puts all files of one recvmsg into one.
        if (length < HeaderBytes || ((int*)control)[2] != SocketLevel || ((int*)control)[3] != Rights)
        {
            return;
        }

        var count = (int)(*(nint*)control - HeaderBytes) / sizeof(int);
        for (var i = 0; i < count; i++)
        {
            received.Enqueue(((int*)(control + HeaderBytes))[i]);
        }
    }
}
