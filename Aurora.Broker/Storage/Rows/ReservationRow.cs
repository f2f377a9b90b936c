using Aurora.Broker.State;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>reservations</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class ReservationRow
{
    public string WorkerId { get; init; } = "";

    public string Cluster { get; init; } = "";

    public string Role { get; init; } = "";

    public string Environment { get; init; } = "";

    public string Name { get; init; } = "";

    public string ConfigurationId { get; init; } = "";

    public DateTimeOffset ReservedUntil { get; init; }

    public static void Write(RowWriter row, ReservationRecord reservation)
    {
        row.Key("worker_id", reservation.Worker.Value, KeyLength.Identifier);
        row.Job(reservation.Job);
        row.Key("configuration_id", reservation.ConfigurationId, KeyLength.Digest);
        row.Time("reserved_until", reservation.Until);
    }

    public ReservationRecord ToRecord(Shared shared) =>
        new(new WorkerId(shared.Text(WorkerId)), shared.Job(Cluster, Role, Environment, Name), shared.Text(ConfigurationId), ReservedUntil);
}
