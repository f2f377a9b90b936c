using Aurora.Core.Errors;

namespace Aurora.Worker.Sandbox;

/// <summary>How long, how many and how much of ended tasks' folders are kept.</summary>
public sealed record RetentionOptions
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>How long a folder is kept after the broker has stored the task's end, 0 to 365 days; default 1 day.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The same for a task that ended FAILED or LOST, which somebody may want to look into; 0 to 365 days, default 7 days.</summary>
    public TimeSpan FailedAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How many are kept at most, 0 to 1,000,000; default 5,000.</summary>
    public int Count { get; init; } = 5000;

    /// <summary>How much disk they may take together, in bytes, 0 or more; default: no bound.</summary>
    public long TotalBytes { get; init; } = long.MaxValue;

    /// <summary>Every fault of these options.</summary>
    /// <returns>Faults (AUR5001), none when all is well.</returns>
    public IReadOnlyList<Fault> Validate()
    {
        var faults = new List<Fault>();
        CheckAge(Age, "retention_secs");
        CheckAge(FailedAge, "failed_retention_secs");
        Check(Count is >= 0 and <= 1_000_000, "retention_count", $"{Count}", "must be 0 to 1,000,000");
        Check(TotalBytes >= 0, "retention_bytes", $"{TotalBytes}", "must be 0 or more");
        return faults;

        void Check(bool holds, string field, string value, string rule)
        {
            if (!holds)
            {
                faults.Add(new Fault(ErrorCodes.InvalidConfiguration, field, value, rule));
            }
        }

        void CheckAge(TimeSpan age, string field) =>
            Check(age >= TimeSpan.Zero && age <= Longest, field, $"{age.TotalSeconds}", $"must be 0 to {Longest.TotalSeconds} seconds");
    }
}
