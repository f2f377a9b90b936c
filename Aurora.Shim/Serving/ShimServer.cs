using System.Net.Sockets;
using Aurora.Shim.Runs;
using Aurora.Shim.Trees;

namespace Aurora.Shim.Serving;

/// <summary>Takes agents' connections until there is nothing left to do: asked to end, or idle for long enough.</summary>
internal sealed class ShimServer
{
    private readonly Lock _gate = new();
    private readonly Socket _listener;
    private readonly List<AgentSession> _sessions = [];

    /// <summary>Makes it.</summary>
    /// <param name="listener">The bound and listening socket.</param>
    public ShimServer(Socket listener)
    {
        _listener = listener;
    }

    /// <summary>Tells every agent of an end.</summary>
    /// <param name="run">The ended run.</param>
    public void Tell(RunState run)
    {
        lock (_gate)
        {
            foreach (var session in _sessions)
            {
                session.Tell(run);
            }
        }
    }

    /// <summary>Serves until the end.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="reaper">The reaper.</param>
    /// <param name="killer">The killer.</param>
    /// <param name="idle">How long to stay without an agent and without anything running.</param>
    public void Run(RunTable runs, Reaper reaper, TreeKiller killer, TimeSpan idle)
    {
        var step = TimeSpan.FromMilliseconds(Math.Min(idle.TotalMilliseconds / 4, 5000));
        var idleSince = Environment.TickCount64;
        while (true)
        {
            if (_listener.Poll(step, SelectMode.SelectRead))
            {
                Accept(runs, reaper, killer);
                continue;
            }

            if (HasAgent() || runs.Running > 0)
            {
                idleSince = Environment.TickCount64;
            }
            else if (Environment.TickCount64 - idleSince >= idle.TotalMilliseconds && runs.TryClose())
            {
                return;
            }
        }
    }

    private void Accept(RunTable runs, Reaper reaper, TreeKiller killer)
    {
        var session = new AgentSession(_listener.Accept(), runs, reaper, killer, Closed);
        lock (_gate)
        {
            _sessions.Add(session);
        }

        session.Start();
    }

    private bool HasAgent()
    {
        lock (_gate)
        {
            return _sessions.Count > 0;
        }
    }

    private void Closed(AgentSession session, bool end)
    {
        lock (_gate)
        {
            _sessions.Remove(session);
        }

        if (end)
        {
            // The journal and the socket are in order at every moment: there is nothing to wind up, and the listening thread need not be woken.
            Environment.Exit(ShimExitCode.Done);
        }
    }
}
