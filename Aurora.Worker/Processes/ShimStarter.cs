using System.Net.Sockets;
using Aurora.Core.Errors;
using Aurora.Shim;
using Aurora.Shim.Native;
using Aurora.Shim.Protocol;
using Aurora.Shim.Runs;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Processes;

/// <summary>
/// Gets a connection to a role's shim: to the one that runs, or to one that it starts. The shim gets its own session and none of this program's open
/// files, so that it outlives this program and holds nothing of it.
/// </summary>
/// <param name="options">The worker's options.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class ShimStarter(LaunchingOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Shims that this program started and that have not been reaped yet. They are its children, and would stay behind as zombies.</summary>
    private readonly List<int> _children = [];

    /// <summary>Connects to the shim that runs on the folder, if one does.</summary>
    /// <param name="folder">The shim's folder.</param>
    /// <returns>The connected socket, or null.</returns>
    public static Socket? TryConnect(ShimFolder folder)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            folder.WithSocketAddress(socket.Connect);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Connects to the role's shim, and starts one where there is none.</summary>
    /// <param name="account">The user that the shim runs as.</param>
    /// <param name="folder">The shim's folder; made when missing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connected socket.</returns>
    /// <exception cref="AuroraException">AUR4003: no shim answered in time, or it could not become the role (AUR4002).</exception>
    public async Task<Socket> ConnectAsync(RoleAccount account, ShimFolder folder, CancellationToken cancellationToken)
    {
        MakeFolder(folder);
        var started = time.GetTimestamp();
        var child = 0;
        while (true)
        {
            if (TryConnect(folder) is { } socket)
            {
                return socket;
            }

            // A shim that found the folder locked ran into one that is about to end, or to begin: try again until the time is over.
            if (child == 0)
            {
                child = Start(account, folder);
            }
            else if (Reap(child) is { } code)
            {
                child = code == ShimExitCode.Locked ? 0 : throw Failed(account, folder, $"it ended with code {code}");
            }

            if (time.GetElapsedTime(started) > options.ShimStart)
            {
                throw Failed(account, folder, $"it did not answer within {options.ShimStart.TotalSeconds:0} s");
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    /// <summary>Takes the exit status of shims that have ended.</summary>
    public void ReapEnded()
    {
        int[] children;
        lock (_children)
        {
            children = [.. _children];
        }

        foreach (var child in children)
        {
            Reap(child);
        }
    }

    /// <summary>Waits a little for shims that have closed their connection and are about to end. Those that go on are left alone.</summary>
    /// <returns>A task that ends when none is left, or after a second.</returns>
    public async Task ReapAsync()
    {
        for (var round = 0; round < 100; round++)
        {
            ReapEnded();
            lock (_children)
            {
                if (_children.Count == 0)
                {
                    return;
                }
            }

            await Task.Delay(Poll, time);
        }
    }

    /// <summary>Makes the folder for its owner alone, also where it was there before with another mode: whoever may open it rules the shim.</summary>
    private static void MakeFolder(ShimFolder folder)
    {
        const uint ownerOnly = 0x1C0;
        var shims = Path.GetDirectoryName(folder.Path) ?? "/";
        Directory.CreateDirectory(Path.GetDirectoryName(shims) ?? "/");
        foreach (var path in new[] { shims, folder.Path })
        {
            _ = Libc.MakeFolder(path, ownerOnly);
            if (Libc.ChangeMode(path, ownerOnly) != 0)
            {
                throw new IOException($"The folder {path} cannot be made: {Libc.Describe(Libc.LastError)}");
            }
        }
    }

    private int Start(RoleAccount account, ShimFolder folder)
    {
        var arguments = new ShimArguments(account.Name, folder, account.Uid, account.Gid, (int)options.ShimIdle.TotalSeconds);
        var frame = SpawnCommand.Write(
            0, new RunKey("", "", 0), ("/", folder.Log, folder.Log), [.. ShimExecutable.Command(), .. arguments.ToArguments()], ShimExecutable.Environment(), SpawnOptions.Plain);
        var error = PosixSpawn.Start(SpawnCommand.Read(new FrameReader(frame)), 0x180, -1, out var pid);
        if (error != 0)
        {
            throw Failed(account, folder, Libc.Describe(error));
        }

        lock (_children)
        {
            _children.Add(pid);
        }

        Log.ShimStarted(logger, account.Name, pid);
        return pid;
    }

    private unsafe int? Reap(int child)
    {
        const int byPid = 1;
        const int exited = 4;
        const int noHang = 1;
        Libc.ChildStatus status;
        status.Pid = 0;
        var waited = Libc.WaitId(byPid, child, &status, exited | noHang);
        if (waited == 0 && status.Pid == 0)
        {
            return null;
        }

        lock (_children)
        {
            _children.Remove(child);
        }

        // Not our child any more: the embedding program reaps all of its children itself, and the code is lost.
        return waited == 0 ? status.Status : ShimExitCode.Locked;
    }

    private static AuroraException Failed(RoleAccount account, ShimFolder folder, string reason)
    {
        var last = File.Exists(folder.Log) ? File.ReadLines(folder.Log).LastOrDefault() : null;
        return new AuroraException(
            ErrorCodes.LaunchFailed,
            $"The shim of role '{account.Name}' on {folder.Path} could not be started: {reason}.{(last is null ? "" : $" Its last words: {last}")}");
    }
}
