namespace Aurora.Simulation.Engine;

/// <summary>A machine's clock. The time of day may be wrong and jump; what measures spans and timers does not.</summary>
/// <param name="timeline">True time.</param>
internal sealed class MachineClock(Timeline timeline) : TimeProvider
{
    /// <summary>How far the time of day is ahead of true time.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Whose timers these are; a process's timers end with it.</summary>
    public Life Life { get; set; } = new();

    /// <summary>Called after each timer's callback.</summary>
    public Action AfterTimer { get; set; } = () => { };

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => timeline.Now + Ahead;

    public override long GetTimestamp() => timeline.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(MachineClock clock, Action callback) : ITimer
    {
        private readonly Life _life = clock.Life;
        private long _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime >= TimeSpan.Zero)
                clock.Schedule(dueTime, _life, () => Fire(setting, period));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(long setting, TimeSpan period)
        {
            if (setting != _setting)
                return;
            callback();
            if (period > TimeSpan.Zero)
                clock.Schedule(period, _life, () => Fire(setting, period));
            clock.AfterTimer();
        }
    }

    private void Schedule(TimeSpan delay, Life life, Action action) => timeline.After(delay, life, action);
}
