using Aurora.Broker.State;
using Aurora.Core.Messages;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>quotas</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class QuotaRow
{
    public string Role { get; init; } = "";

    public double Cpu { get; init; }

    public long Ram { get; init; }

    public long Disk { get; init; }

    public static void Write(RowWriter row, QuotaRecord quota)
    {
        row.Key("role", quota.Role, KeyLength.Identifier);
        row.Number("cpu", quota.Quota.Cpu);
        row.Number("ram", quota.Quota.Ram);
        row.Number("disk", quota.Quota.Disk);
    }

    public QuotaRecord ToRecord(Shared shared) => new(shared.Text(Role), new QuotaAmount(Cpu, Ram, Disk));
}
