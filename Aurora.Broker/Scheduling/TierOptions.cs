using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Scheduling;

/// <summary>Which tiers the cluster has (aurora-spec section 2.9, tier file).</summary>
internal sealed record TierOptions
{
    /// <summary>The tiers, 1 to 100; default <c>preferred</c>, <c>preemptible</c> and <c>revocable</c>, as Aurora ships them.</summary>
    public IReadOnlyList<Tier> Tiers { get; init; } =
        [new Tier("preferred", Preemptible: false, Revocable: false), new Tier("preemptible", Preemptible: true, Revocable: false), new Tier("revocable", Preemptible: true, Revocable: true)];

    /// <summary>The tier of jobs that name none; one of <see cref="Tiers"/>; default <c>preemptible</c>.</summary>
    public string Default { get; init; } = "preemptible";

    /// <summary>Finds everything that is wrong with the tiers.</summary>
    /// <returns>The faults (AUR5001); none when they can be used.</returns>
    public IReadOnlyList<Fault> Validate()
    {
        var faults = new List<Fault>();
        if (Tiers.Count is 0 or > 100)
            faults.Add(Wrong("tiers", $"{Tiers.Count} of them", "must be 1 to 100 tiers"));
        foreach (var tier in Tiers)
        {
            if (!Identifier.IsValid(tier.Name))
                faults.Add(Wrong("tiers", tier.Name, $"a tier's name must be {Identifier.Rule}"));
            if (tier is { Revocable: true, Preemptible: false })
                faults.Add(Wrong($"tiers.{tier.Name}.preemptible", "false", "must be true for a revocable tier: its tasks are the first to be ended"));
        }

        foreach (var same in Tiers.GroupBy(t => t.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
            faults.Add(Wrong("tiers", same.Key, "must be named once"));
        if (Find(Default) is null)
            faults.Add(Wrong("default_tier", Default, $"must be one of the tiers: {Names}"));
        return faults;
    }

    /// <summary>Says which tier a job is in.</summary>
    /// <param name="job">A job. Jobs that came through the front door name a tier that there was then; of one that is gone the tasks are treated as the default tier's.</param>
    /// <returns>The tier.</returns>
    public Tier Of(JobConfiguration job) => Chosen(job) ?? Find(Default) ?? throw new InvalidOperationException("The tiers were not validated.");

    /// <summary>Says what is wrong with the tier that a job asks for.</summary>
    /// <param name="job">A valid job.</param>
    /// <returns>The fault (AUR2013), or null.</returns>
    public Fault? Check(JobConfiguration job)
    {
        if (Chosen(job) is not { } tier)
        {
            return job.Tier is null
                ? new Fault(ErrorCodes.UnknownTier, "production", "true", $"this cluster has no tier for production jobs; its tiers are {Names}")
                : new Fault(ErrorCodes.UnknownTier, "tier", job.Tier, $"must be one of this cluster's tiers: {Names}");
        }

        return job.Production && !tier.IsProduction
            ? new Fault(ErrorCodes.UnknownTier, "production", "true", $"contradicts the tier '{tier.Name}', whose tasks may be preempted; leave production out, or choose another of this cluster's tiers: {Names}")
            : null;
    }

    /// <summary>Fills in the tier that the job's owner left to the cluster, so that a later change of the options moves no job that is there.</summary>
    /// <param name="job">A job whose tier is in order.</param>
    /// <returns>The job with its tier's name, and <c>production</c> as the tier says.</returns>
    public JobConfiguration Complete(JobConfiguration job)
    {
        var tier = Of(job);
        return job.Tier == tier.Name && job.Production == tier.IsProduction ? job : job with { Tier = tier.Name, Production = tier.IsProduction };
    }

    private string Names => string.Join(", ", Tiers.Select(t => t.Name).Order(StringComparer.Ordinal));

    // The deprecated production: true stands for the first tier that is neither preemptible nor revocable, by name.
    private Tier? Chosen(JobConfiguration job) => job switch
    {
        { Tier: { } name } => Find(name),
        { Production: true } => Tiers.Where(t => t.IsProduction).MinBy(t => t.Name, StringComparer.Ordinal),
        _ => Find(Default),
    };

    private Tier? Find(string name) => Tiers.FirstOrDefault(t => t.Name == name);

    private static Fault Wrong(string field, string value, string rule) => new(ErrorCodes.InvalidConfiguration, field, value, rule);
}
