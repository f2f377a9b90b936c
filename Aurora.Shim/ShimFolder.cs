using System.Net.Sockets;
using Aurora.Shim.Native;

namespace Aurora.Shim;

/// <summary>The folder of one shim: who has the right to open it (the agent's user alone) rules the shim.</summary>
/// <param name="Path">The folder's absolute path.</param>
internal sealed record ShimFolder(string Path)
{
    private const string SocketName = "socket";

    /// <summary>Held locked for as long as a shim runs here.</summary>
    public string Lock => System.IO.Path.Combine(Path, "lock");

    /// <summary>What the shim says when something goes wrong.</summary>
    public string Log => System.IO.Path.Combine(Path, "shim.log");

    /// <summary>The two files of the journal.</summary>
    public IReadOnlyList<string> Journals => [System.IO.Path.Combine(Path, "journal.0"), System.IO.Path.Combine(Path, "journal.1")];

    /// <summary>The socket's file.</summary>
    public string Socket => System.IO.Path.Combine(Path, SocketName);

    /// <summary>
    /// Does something with the socket's address. A socket's path is limited to 107 bytes, which a worker folder deep in a home folder exceeds;
    /// so it is reached through a handle to the folder.
    /// </summary>
    /// <param name="use">Binds or connects.</param>
    public void WithSocketAddress(Action<UnixDomainSocketEndPoint> use)
    {
        var handle = Libc.Open(Path, Libc.OpenPath | Libc.OpenCloseOnExec, 0);
        if (handle < 0)
        {
            throw new IOException($"The folder {Path} cannot be opened: {Libc.Describe(Libc.LastError)}");
        }

        try
        {
            use(new UnixDomainSocketEndPoint($"/proc/self/fd/{handle}/{SocketName}"));
        }
        finally
        {
            _ = Libc.Close(handle);
        }
    }
}
