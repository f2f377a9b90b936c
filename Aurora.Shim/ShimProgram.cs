using System.Net.Sockets;
using Aurora.Shim.Groups;
using Aurora.Shim.Journal;
using Aurora.Shim.Native;
using Aurora.Shim.Pumps;
using Aurora.Shim.Runs;
using Aurora.Shim.Serving;
using Aurora.Shim.Trees;

namespace Aurora.Shim;

/// <summary>
/// The shim's life: take the folder, open the journal, bind the socket, and only then become the role, which has no right to any of the
/// three; find what an earlier shim left; serve.
/// </summary>
internal static class ShimProgram
{
    /// <summary>0027: what a task writes is not for other roles, unless it says so itself.</summary>
    private const uint FileMask = 0x17;

    /// <summary>Runs the shim.</summary>
    /// <param name="args">The command line.</param>
    /// <returns>One of <see cref="ShimExitCode"/>.</returns>
    public static int Run(string[] args)
    {
        if (ShimArguments.Parse(args) is not { } arguments)
        {
            ShimLog.Write(ShimArguments.Usage);
            return ShimExitCode.Usage;
        }

        _ = Libc.Umask(FileMask);
        try
        {
            return Locked(arguments.Folder) ? Serve(arguments) : ShimExitCode.Locked;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            ShimLog.Write($"cannot use the folder {arguments.Folder.Path}: {exception.Message}");
            return ShimExitCode.Folder;
        }
    }

    private static bool Locked(ShimFolder folder)
    {
        const int exclusive = 2;
        const int atOnce = 4;

        // Never closed: the lock ends with the process.
        var descriptor = Libc.Open(folder.Lock, Libc.OpenReadWrite | Libc.OpenCreate | Libc.OpenCloseOnExec, 0x180);
        return descriptor >= 0
            ? Libc.Flock(descriptor, exclusive | atOnce) == 0
            : throw new IOException($"{folder.Lock}: {Libc.Describe(Libc.LastError)}");
    }

    private static int Serve(ShimArguments arguments)
    {
        using var journal = JournalFiles.Open(arguments.Folder, out var runs);
        using var listener = Listen(arguments.Folder);
        var homes = HomeGroups.Open();
        if (RoleSwitch.Become(arguments.Role, arguments.Uid, arguments.Gid) is { } refusal)
        {
            ShimLog.Write(refusal);
            return ShimExitCode.Role;
        }

        BecomeReaper();
        Adopt(journal, runs);
        var server = new ShimServer(listener);
        var pumps = new OutputPumps();
        pumps.Adopt(runs.Values);
        TreeKiller? killer = null;
        var table = new RunTable(journal, runs, TimeProvider.System, homes, pumps, run =>
        {
            server.Tell(run);
            killer?.Wake();
        });
        pumps.Ended = table.StreamsEnded;
        var reaper = new Reaper(table);
        killer = new TreeKiller(table);
        LimitOpenFiles(new AdoptedWatch(table).Start());
        reaper.Start();
        killer.Start();
        ShimLog.Write($"serving {arguments.Role}: pid {Environment.ProcessId}, {runs.Count} runs recovered, {journal.Unreadable} journal lines unreadable");
        server.Run(table, reaper, killer, TimeSpan.FromSeconds(arguments.IdleSeconds));
        return ShimExitCode.Done;
    }

    private static Socket Listen(ShimFolder folder)
    {
        File.Delete(folder.Socket);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        folder.WithSocketAddress(listener.Bind);
        if (Libc.ChangeMode(folder.Socket, 0x180) != 0)
        {
            throw new IOException($"{folder.Socket}: {Libc.Describe(Libc.LastError)}");
        }

        listener.Listen(backlog: 16);
        return listener;
    }

    /// <summary>Orphans of task processes come to this process rather than to init, so that they are found and reaped.</summary>
    private static void BecomeReaper()
    {
        const int setChildSubreaper = 36;
        if (Libc.ProcessControl(setChildSubreaper, 1, 0, 0, 0) != 0)
        {
            ShimLog.Write($"cannot become the reaper of orphans: {Libc.Describe(Libc.LastError)}");
        }
    }

    private static void Adopt(JournalFiles journal, Dictionary<RunKey, RunState> runs)
    {
        if (runs.Count == 0)
        {
            return;
        }

        var processes = ProcFs.ReadAll();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var run in runs.Values.ToList())
        {
            var entry = run.Key.MarkerEntry();
            if (RunAdoption.Decide(run, BootClock.BootId, processes, pid => ProcFs.HasEnvironmentEntry(pid, entry), now) is { } adopted)
            {
                runs[run.Key] = adopted;
            }
            else
            {
                runs.Remove(run.Key);
            }
        }

        var error = journal.Compact(runs.Values);
        if (error != 0)
        {
            ShimLog.Write($"cannot write the journal: {Libc.Describe(error)}");
        }
    }

    /// <summary>
    /// .NET raises its soft limit of open files to the hard one, and tasks would inherit that; programs that use select() or close every possible file
    /// suffer from it. So the usual soft limit is set again, unless this process itself needs more.
    /// </summary>
    private static unsafe void LimitOpenFiles(int watched)
    {
        const int openFiles = 7;
        const ulong usual = 1024;
        Libc.ResourceLimit limit;
        if (watched < (int)usual / 2 && Libc.GetLimit(openFiles, &limit) == 0 && limit.Soft > usual)
        {
            limit.Soft = usual;
            _ = Libc.SetLimit(openFiles, &limit);
        }
    }
}
