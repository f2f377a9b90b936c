namespace Aurora.Worker.Health;

/// <summary>What a check means for its task.</summary>
internal abstract record HealthVerdict
{
    private HealthVerdict()
    {
    }

    /// <summary>Nothing changes.</summary>
    internal sealed record Undecided : HealthVerdict;

    /// <summary>The task is healthy for the first time: it is RUNNING. Given once.</summary>
    internal sealed record Up : HealthVerdict;

    /// <summary>The task is unhealthy: it is shut down and ends FAILED. Final.</summary>
    /// <param name="Message">Why, beginning with AUR4007.</param>
    internal sealed record Failed(string Message) : HealthVerdict;
}
