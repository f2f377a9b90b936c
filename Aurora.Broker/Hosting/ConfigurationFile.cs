using System.Text.Json;
using Aurora.Broker.Leadership;
using Aurora.Broker.Maintenance;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Storage;
using Aurora.Core.Errors;

namespace Aurora.Broker.Hosting;

/// <summary>The configuration file of <c>aurora-broker</c>: JSON with comments; unknown fields are refused. Durations are seconds.</summary>
internal sealed record ConfigurationFile
{
    public string? Cluster { get; init; }

    public string? Name { get; init; }

    public string? HttpAddress { get; init; }

    public string? PublicAddress { get; init; }

    public string? WebToken { get; init; }

    public string? AllowedEnvironments { get; init; }

    public double? HeartbeatSecs { get; init; }

    public double? WorkerLostSecs { get; init; }

    public double? LogReadTimeoutSecs { get; init; }

    public double? DrainLookSecs { get; init; }

    public double? LeaseSecs { get; init; }

    public double? LeaseRenewalSecs { get; init; }

    /// <summary>Addresses of RabbitMQ's nodes: <c>amqp://user:password@host:5672/vhost</c>.</summary>
    public IReadOnlyList<string>? Amqp { get; init; }

    public StoreSection? Store { get; init; }

    public RetentionSection? Retention { get; init; }

    public TimeoutSection? Timeouts { get; init; }

    public FlappingSection? Flapping { get; init; }

    public ReconciliationSection? Reconciliation { get; init; }

    public SlaSection? Sla { get; init; }

    /// <summary>The cluster's tiers by name; they replace those that the product ships.</summary>
    public IReadOnlyDictionary<string, TierSection>? Tiers { get; init; }

    public string? DefaultTier { get; init; }

    public QuotaSection? DefaultQuota { get; init; }

    public PreemptionSection? Preemption { get; init; }

    public PlacementSection? Placement { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="AuroraException">AUR5001: it cannot be read, or says something wrong; all faults are reported.</exception>
    public static ConfigurationFile Read(string path)
    {
        try
        {
            var shape = ConfigurationJson.Default.ConfigurationFile;
            var bytes = File.ReadAllBytes(path);
            using (var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }))
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object && ConfigurationShape.Check(document.RootElement, shape).ToList() is { Count: > 0 } faults)
                    throw new AuroraException([.. faults.Select(f => f with { File = path })]);
            }

            return JsonSerializer.Deserialize(bytes, shape)
                ?? throw new AuroraException(Wrong(path, "", "null", "must be an object"));
        }
        catch (JsonException e)
        {
            throw new AuroraException(Wrong(path, e.Path ?? "", "", e.Message) with { Line = (int?)e.LineNumber + 1, Column = (int?)e.BytePositionInLine + 1 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuroraException(ErrorCodes.InvalidConfiguration, $"the configuration file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Makes the options of everything that the file names, or throws with all faults.</summary>
    public Settings ToSettings(string path)
    {
        var options = ToOptions();
        var store = new StoreOptions { SqliteFile = Store?.SqliteFile, SqlServer = Store?.SqlServer };
        var faults = new List<Fault>([.. options.Validate(), .. store.Validate(), .. DefaultQuota?.Check("default_quota") ?? [], .. Placement?.Check("placement") ?? []]);
        var addresses = new List<Uri>();
        foreach (var text in Amqp ?? [])
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps")
                addresses.Add(uri!); // Just made.
            else
                faults.Add(Wrong(path, "amqp", "", "each must be like amqp://user:password@host:5672/vhost")); // The text may hold a password.
        }

        if (Amqp is not { Count: > 0 })
            faults.Add(Wrong(path, "amqp", "", "must name at least one RabbitMQ address"));
        return faults.Count == 0 ? new Settings(options, store, addresses) : throw new AuroraException([.. faults.Select(f => f with { File = path })]);
    }

    private BrokerOptions ToOptions()
    {
        var defaults = new BrokerOptions { ClusterName = Cluster ?? "" };
        return defaults with
        {
            BrokerName = Name ?? defaults.BrokerName,
            HttpAddress = HttpAddress,
            PublicAddress = PublicAddress,
            WebToken = WebToken,
            AllowedEnvironments = AllowedEnvironments ?? defaults.AllowedEnvironments,
            HeartbeatInterval = Seconds(HeartbeatSecs, defaults.HeartbeatInterval),
            WorkerLostAfter = Seconds(WorkerLostSecs, defaults.WorkerLostAfter),
            LogReadTimeout = Seconds(LogReadTimeoutSecs, defaults.LogReadTimeout),
            Lease = new LeaseOptions
            {
                Duration = Seconds(LeaseSecs, defaults.Lease.Duration), Renewal = Seconds(LeaseRenewalSecs, Seconds(LeaseSecs / 4, defaults.Lease.Renewal)),
            },
            Retention = Retention?.ToOptions() ?? defaults.Retention,
            Timeouts = Timeouts?.ToOptions() ?? defaults.Timeouts,
            Backoff = Flapping?.ToOptions() ?? defaults.Backoff,
            Reconciliation = Reconciliation?.ToOptions() ?? defaults.Reconciliation,
            Sla = Sla?.ToOptions() ?? defaults.Sla,
            Drains = new DrainOptions { LookInterval = Seconds(DrainLookSecs, defaults.Drains.LookInterval) },
            Tiers = ToTiers(defaults.Tiers),
            DefaultQuota = DefaultQuota?.ToAmount() ?? defaults.DefaultQuota,
            Preemption = Preemption?.ToOptions() ?? defaults.Preemption,
            Placement = Placement?.ToOptions() ?? defaults.Placement,
        };
    }

    private TierOptions ToTiers(TierOptions defaults) => new()
    {
        Tiers = Tiers is null ? defaults.Tiers : [.. Tiers.Select(t => new Tier(t.Key, t.Value?.Preemptible ?? false, t.Value?.Revocable ?? false))],
        Default = DefaultTier ?? defaults.Default,
    };

    internal static TimeSpan Seconds(double? value, TimeSpan otherwise) =>
        value is { } seconds && double.IsFinite(seconds) && Math.Abs(seconds) < 1e9 ? TimeSpan.FromSeconds(seconds) : value is null ? otherwise : TimeSpan.MinValue;

    private static Fault Wrong(string path, string field, string value, string rule) => new(ErrorCodes.InvalidConfiguration, field, value, rule) { File = path };
}
