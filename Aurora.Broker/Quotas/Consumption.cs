using Aurora.Core.Configuration;
using Aurora.Core.Messages;

namespace Aurora.Broker.Quotas;

/// <summary>
/// An amount of what quotas count: cores, memory and disk (aurora-spec section 8.1). Whole numbers, so that what is added and taken away again comes out even.
/// A quota ends at 2^60 bytes and a job at 2^62, so what counts against a quota stays within 64 bits.
/// </summary>
/// <param name="MicroCores">Millionths of a core.</param>
/// <param name="Ram">Bytes of memory.</param>
/// <param name="Disk">Bytes of disk.</param>
internal readonly record struct Consumption(long MicroCores, long Ram, long Disk)
{
    public static Consumption Of(ResourceGrant grant) => new(Micro(grant.Cpu), grant.Ram, grant.Disk);

    public static Consumption Of(QuotaAmount amount) => new(Micro(amount.Cpu), amount.Ram, amount.Disk);

    public static Consumption operator +(Consumption a, Consumption b) => new(a.MicroCores + b.MicroCores, a.Ram + b.Ram, a.Disk + b.Disk);

    public static Consumption operator -(Consumption a, Consumption b) => new(a.MicroCores - b.MicroCores, a.Ram - b.Ram, a.Disk - b.Disk);

    public static Consumption operator *(Consumption a, int times) => new(a.MicroCores * times, a.Ram * times, a.Disk * times);

    /// <summary>The greater amount of each resource.</summary>
    public static Consumption Max(Consumption a, Consumption b) => new(Math.Max(a.MicroCores, b.MicroCores), Math.Max(a.Ram, b.Ram), Math.Max(a.Disk, b.Disk));

    public QuotaAmount ToAmount() => new(MicroCores / 1_000_000.0, Ram, Disk);

    private static long Micro(double cores) => (long)Math.Round(cores * 1_000_000);
}
