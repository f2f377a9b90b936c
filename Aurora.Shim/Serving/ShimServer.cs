using System.Net.Sockets;
using Aurora.Shim.Runs;
using Aurora.Shim.Trees;

namespace Aurora.Shim.Serving;

/// <summary>Takes agents' connections until there is nothing left to do: asked to end, or idle for long enough.</summary>
internal sealed class ShimServer
{
    private static readonly TimeSpan LeavingStep = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Socket _listener;
    private readonly List<AgentSession> _sessions = [];
    private volatile bool _leaving;

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
            if (_listener.Poll(_leaving ? LeavingStep : step, SelectMode.SelectRead))
            {
                Accept(runs, reaper, killer);
                continue;
            }

            if (HasAgent() || runs.Running > 0)
            {
                idleSince = Environment.TickCount64;
            }
            else if ((_leaving || Environment.TickCount64 - idleSince >= idle.TotalMilliseconds) && runs.TryClose())
            {
                return;
            }
        }
    }

    /// <summary>An agent is there: the shim stays.</summary>
    public void AgentCame() => _leaving = false;

    /// <summary>The agent is about to go and wants no shim kept without need: it ends with the last process rather than when it was idle for long.</summary>
    public void AgentLeaves() => _leaving = true;

    /// <summary>Takes note that a session has ended.</summary>
    /// <param name="session">The session.</param>
    /// <param name="end">True when the shim shall end as well.</param>
    public void Closed(AgentSession session, bool end)
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

    private void Accept(RunTable runs, Reaper reaper, TreeKiller killer)
    {
        var session = new AgentSession(_listener.Accept(), runs, reaper, killer, this);
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
}
