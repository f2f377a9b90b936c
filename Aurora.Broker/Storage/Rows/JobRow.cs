using Aurora.Broker.State;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>jobs</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class JobRow
{
    public string Cluster { get; init; } = "";

    public string Role { get; init; } = "";

    public string Environment { get; init; } = "";

    public string Name { get; init; } = "";

    public string ConfigurationId { get; init; } = "";

    public int Instances { get; init; }

    public string CreatedBy { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public static void Write(RowWriter row, JobRecord job)
    {
        row.Job(job.Key);
        row.Key("configuration_id", job.ConfigurationId, KeyLength.Digest);
        row.Number("instances", job.Instances);
        row.Text("created_by", job.CreatedBy);
        row.Time("created_at", job.CreatedAt);
    }

    public JobRecord ToRecord(Shared shared) =>
        new(shared.Job(Cluster, Role, Environment, Name), shared.Text(ConfigurationId), Instances, shared.Text(CreatedBy), CreatedAt);
}
