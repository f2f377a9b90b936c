using System.Text.RegularExpressions;
using Aurora.Broker.Leadership;
using Aurora.Broker.Maintenance;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Broker.Sla;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.Hosting;

/// <summary>What a broker must be told. The store and the bus are given beside it.</summary>
internal sealed record BrokerOptions
{
    /// <summary>The cluster's name, the first part of every job key; an identifier.</summary>
    public required string ClusterName { get; init; }

    /// <summary>This broker's name, unique among the cluster's brokers; recorded in histories. Default: host name, process id and a random part.</summary>
    public string BrokerName { get; init; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Where the HTTP endpoint and the pages are served, for example <c>http://127.0.0.1:8081</c>; port 0 takes a free one; null serves none.</summary>
    public string? HttpAddress { get; init; }

    /// <summary>The address that job URLs begin with, when people reach the pages by another one than <see cref="HttpAddress"/>.</summary>
    public string? PublicAddress { get; init; }

    /// <summary>The bearer token that requests over HTTP must carry; null asks for none. Never logged.</summary>
    public string? WebToken { get; init; }

    /// <summary>Which environments jobs may name, as a regular expression (aurora-spec section 1).</summary>
    public string AllowedEnvironments { get; init; } = @"^(prod|devel|test|staging\d*)$";

    /// <summary>After which silence a worker is lost; more than <see cref="HeartbeatInterval"/>, at most 1 h; default 15 s.</summary>
    public TimeSpan WorkerLostAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often workers are expected to be heard; 100 ms to 10 min, default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a worker may take to hand out a log; 100 ms to 5 min, default 10 s.</summary>
    public TimeSpan LogReadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How leadership is held.</summary>
    public LeaseOptions Lease { get; init; } = new();

    /// <summary>How SLA policies are kept.</summary>
    public SlaOptions Sla { get; init; } = new();

    /// <summary>How workers are drained.</summary>
    public DrainOptions Drains { get; init; } = new();

    /// <summary>How long history is kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>How long tasks may be on their way, and when workers are told again.</summary>
    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>How instances are held back whose attempts end too soon.</summary>
    public BackoffOptions Backoff { get; init; } = new();

    /// <summary>How soon broker and workers agree again.</summary>
    public ReconciliationOptions Reconciliation { get; init; } = new();

    /// <summary>Which tiers there are.</summary>
    public TierOptions Tiers { get; init; } = new();

    /// <summary>The quota of a role that was granted none; default nothing, so that production jobs need a grant (aurora-spec section 8.1).</summary>
    public QuotaAmount DefaultQuota { get; init; } = QuotaAmount.Zero;

    /// <summary>When tasks are ended to make room for others.</summary>
    public PreemptionOptions Preemption { get; init; } = new();

    /// <summary>How tasks are placed.</summary>
    public PlacementOptions Placement { get; init; } = new();

    /// <summary>Finds everything that is wrong with the options.</summary>
    /// <returns>The faults (AUR5001); none when they can be used.</returns>
    public IReadOnlyList<Fault> Validate()
    {
        var faults = new List<Fault>();
        Check(Identifier.IsValid(ClusterName), "cluster", ClusterName, $"must be {Identifier.Rule}", faults);
        Check(BrokerName is { Length: > 0 and <= 255 }, "name", BrokerName, "must have 1 to 255 characters", faults);
        Check(HttpAddress is null || IsHttp(HttpAddress), "http_address", HttpAddress, "must be like http://127.0.0.1:8081", faults);
        Check(PublicAddress is null || IsHttp(PublicAddress), "public_address", PublicAddress, "must be an http:// or https:// address", faults);
        Check(WebToken is null || WebToken.Length >= 16, "web_token", "", "must have at least 16 characters", faults);
        Check(IsRegex(AllowedEnvironments), "allowed_environments", AllowedEnvironments, "must be a regular expression", faults);
        CheckSpan(HeartbeatInterval, 0.1, 600, "heartbeat_secs", faults);
        CheckSpan(WorkerLostAfter, 0.2, 3600, "worker_lost_secs", faults);
        Check(WorkerLostAfter > HeartbeatInterval, "worker_lost_secs", $"{WorkerLostAfter.TotalSeconds}", "must be more than heartbeat_secs", faults);
        CheckSpan(LogReadTimeout, 0.1, 300, "log_read_timeout_secs", faults);
        CheckSpan(Lease.Duration, 0.2, 60, "lease_secs", faults);
        Check(Lease.Renewal > TimeSpan.Zero && Lease.Renewal <= Lease.Duration / 2, "lease_renewal_secs", $"{Lease.Renewal.TotalSeconds}",
            "must be greater than 0 and at most half of lease_secs", faults);
        Check(Retention.MaxEndedTasksPerJob is >= 0 and <= 10_000, "retention.tasks_per_job", $"{Retention.MaxEndedTasksPerJob}", "must be 0 to 10,000", faults);
        Check(Retention.MaxEndedUpdatesPerJob is >= 1 and <= 1000, "retention.updates_per_job", $"{Retention.MaxEndedUpdatesPerJob}", "must be 1 to 1,000", faults);
        Check(Retention.MinAge >= TimeSpan.Zero && Retention.MinAge <= Retention.MaxAge, "retention.min_age_secs", $"{Retention.MinAge.TotalSeconds}",
            "must be 0 or more and at most retention.max_age_secs", faults);
        Check(Enum.IsDefined(Placement.DefaultStrategy), "placement.default_strategy", $"{Placement.DefaultStrategy}", "must be spread or pack", faults);
        Check(Placement.MaxPerTurn is >= 1 and <= 100_000, "placement.max_per_turn", $"{Placement.MaxPerTurn}", "must be 1 to 100,000 tasks", faults);
        Check(Placement.MaxLooksPerTurn is >= 10_000 and <= 100_000_000, "placement.max_looks_per_turn", $"{Placement.MaxLooksPerTurn}",
            "must be 10,000 to 100,000,000 workers", faults);
        CheckSpan(Retention.ReplyAge, 60, 7 * 86400, "retention.reply_age_secs", faults);
        CheckTaskLife(faults);
        CheckSpan(Sla.CoordinatorTimeout, 1, 600, "sla.coordinator_timeout_secs", faults);
        Check(Sla.CoordinatorsAtOnce is >= 1 and <= 100, "sla.coordinators_at_once", $"{Sla.CoordinatorsAtOnce}", "must be 1 to 100", faults);
        CheckSpan(Drains.LookInterval, 0.1, 3600, "drain_look_secs", faults);
        faults.AddRange(Tiers.Validate());
        CheckSpan(Preemption.Delay, 0, 86_400, "preemption.delay_secs", faults);
        CheckSpan(Preemption.SearchInterval, 1, 3600, "preemption.search_interval_secs", faults);
        CheckSpan(Preemption.ReservationTime, 10, 3600, "preemption.reservation_secs", faults);
        Check(Preemption.LooksPerTurn is >= 1000 and <= 100_000_000, "preemption.looks_per_turn", $"{Preemption.LooksPerTurn}", "must be 1,000 to 100,000,000", faults);
        Check(DefaultQuota.Cpu is >= 0 and <= 1e9, "default_quota.cpu", $"{DefaultQuota.Cpu}", "must be 0 to 1,000,000,000 cores", faults);
        Check(DefaultQuota.Ram is >= 0 and <= 1L << 60, "default_quota.ram", $"{DefaultQuota.Ram} bytes", "must be 0 to 1,024 PB", faults);
        Check(DefaultQuota.Disk is >= 0 and <= 1L << 60, "default_quota.disk", $"{DefaultQuota.Disk} bytes", "must be 0 to 1,024 PB", faults);
        return faults;
    }

    private void CheckTaskLife(List<Fault> faults)
    {
        CheckSpan(Timeouts.Transient, 10, 3600, "timeouts.transient_secs", faults);
        CheckSpan(Timeouts.Starting, 10, 86400, "timeouts.starting_secs", faults);
        CheckSpan(Timeouts.KillBound, 1, 3600, "timeouts.kill_bound_secs", faults);
        CheckSpan(Timeouts.LaunchRetry, 0.1, 60, "timeouts.launch_retry_secs", faults);
        CheckSpan(Timeouts.KillRetry, 0.1, 300, "timeouts.kill_retry_secs", faults);
        CheckSpan(Backoff.FlappingThreshold, 0, 3600, "flapping.threshold_secs", faults);
        CheckSpan(Backoff.InitialDelay, 1, 3600, "flapping.initial_delay_secs", faults);
        CheckSpan(Backoff.MaxDelay, 1, 3600, "flapping.max_delay_secs", faults);
        Check(Backoff.InitialDelay <= Backoff.MaxDelay, "flapping.initial_delay_secs", $"{Backoff.InitialDelay.TotalSeconds}", "must be at most flapping.max_delay_secs", faults);
        CheckSpan(Reconciliation.DiffersFor, 1, 3600, "reconciliation.differs_secs", faults);
        CheckSpan(Reconciliation.HelloInterval, 1, 3600, "reconciliation.hello_interval_secs", faults);
    }

    private static void CheckSpan(TimeSpan span, double min, double max, string field, List<Fault> faults) =>
        Check(span.TotalSeconds >= min && span.TotalSeconds <= max, field, $"{span.TotalSeconds}", $"must be {min} to {max} seconds", faults);

    private static void Check(bool holds, string field, string? value, string rule, List<Fault> faults)
    {
        if (!holds)
            faults.Add(new Fault(ErrorCodes.InvalidConfiguration, field, value ?? "", rule));
    }

    private static bool IsHttp(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

    private static bool IsRegex(string pattern)
    {
        try
        {
            return Regex.Match("", pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
