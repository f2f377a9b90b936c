using System.Collections.Immutable;
using System.Text.Json;
using Aurora.Broker.State;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>workers</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class WorkerRow
{
    public string WorkerId { get; init; } = "";

    public string Host { get; init; } = "";

    public string Session { get; init; } = "";

    public string Version { get; init; } = "";

    public double Cpu { get; init; }

    public long Ram { get; init; }

    public long Disk { get; init; }

    public int Gpu { get; init; }

    public string Attributes { get; init; } = "";

    public DateTimeOffset RegisteredAt { get; init; }

    public int? PortCount { get; init; }

    public string? Mode { get; init; }

    public string? Drain { get; init; }

    public static void Write(RowWriter row, WorkerRecord worker)
    {
        row.Key("worker_id", worker.Id.Value, KeyLength.Identifier);
        row.Text("host", worker.Host);
        row.Text("session", worker.Session.ToString());
        row.Text("version", worker.Version);
        row.Number("cpu", worker.Total.Cpu);
        row.Number("ram", worker.Total.Ram);
        row.Number("disk", worker.Total.Disk);
        row.Number("gpu", worker.Total.Gpu);
        row.Json("attributes", new SortedDictionary<string, string>(worker.Attributes, StringComparer.Ordinal), StoreJson.Columns.SortedDictionaryStringString);
        row.Time("registered_at", worker.RegisteredAt);
        if (worker.PortCount is { } ports)
            row.Number("port_count", ports);
        row.Text("maintenance_mode", EnumText<MaintenanceMode>.Write(worker.Mode));
        if (worker.Drain is { } drain)
            row.Json("drain", drain, StoreJson.Columns.DrainRequest);
    }

    public WorkerRecord ToRecord(Shared shared) => new(
        new WorkerId(shared.Text(WorkerId)), shared.Text(Host), Guid.Parse(Session), shared.Text(Version),
        new ResourceGrant { Cpu = Cpu, Ram = Ram, Disk = Disk, Gpu = Gpu },
        (JsonSerializer.Deserialize(Attributes, StoreJson.Columns.SortedDictionaryStringString) ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal),
        RegisteredAt)
    {
        PortCount = PortCount,
        Mode = Mode is null ? MaintenanceMode.None : EnumText<MaintenanceMode>.Read(Mode), // NULL in rows from before there was maintenance.
        Drain = Drain is null ? null : JsonSerializer.Deserialize(Drain, StoreJson.Columns.DrainRequest),
    };
}
