namespace Aurora.Simulation.Engine;

/// <summary>
/// How long something's events mean anything: a process, a term, a machine's boot. When it is over they are dropped, while it is paused they wait. What is part of
/// something ends and pauses with it.
/// </summary>
internal sealed class Life(Life? whole = null)
{
    private readonly List<Action> _held = [];
    private bool _isOver;

    /// <summary>The life of what nothing ends.</summary>
    public static Life Endless() => new();

    public bool IsOver => _isOver || whole is { IsOver: true };

    public bool IsPaused { get; private set; }

    public void End() => _isOver = true;

    public void Pause() => IsPaused = true;

    /// <summary>Goes on, with what came meanwhile, in its order.</summary>
    public void Resume(Timeline timeline)
    {
        IsPaused = false;
        foreach (var action in _held)
            timeline.After(TimeSpan.Zero, this, action);
        _held.Clear();
    }

    /// <summary>Does something now, later or never.</summary>
    public void Do(Action action)
    {
        if (IsOver)
            return;
        if (Sleeper() is { } sleeper)
            sleeper._held.Add(() => Do(action));
        else
            action();
    }

    private Life? Sleeper() => IsPaused ? this : whole?.Sleeper();
}
