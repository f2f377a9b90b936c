namespace Aurora.Worker.Health;

/// <summary>Makes one health check. Its trouble is a result, not an exception.</summary>
internal interface IHealthProbe
{
    /// <summary>Looks at the task's health, once.</summary>
    /// <param name="cancellationToken">Breaks the check off; nothing of it is left when the task of this call ends.</param>
    /// <returns>Whether the task is healthy, and why not.</returns>
    /// <exception cref="OperationCanceledException">It was broken off.</exception>
    Task<HealthResult> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>The result of one check.</summary>
/// <param name="Healthy">Whether the task is healthy.</param>
/// <param name="Why">What is wrong, when it is not. Never what the task printed or answered: it comes into logs.</param>
internal sealed record HealthResult(bool Healthy, string? Why)
{
    /// <summary>All is well.</summary>
    public static HealthResult Good { get; } = new(true, null);

    /// <summary>Something is wrong.</summary>
    /// <param name="why">What.</param>
    /// <returns>The result.</returns>
    public static HealthResult Bad(string why) => new(false, why);
}
