using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>An amount of every resource. Cores are counted in millionths, so that adding and taking away a thousand grants comes out even.</summary>
/// <param name="MicroCores">Millionths of a core.</param>
/// <param name="Ram">Bytes of memory.</param>
/// <param name="Disk">Bytes of disk.</param>
/// <param name="Gpus">GPUs.</param>
internal readonly record struct Capacity(long MicroCores, long Ram, long Disk, int Gpus)
{
    public static Capacity Of(ResourceGrant grant) => new((long)Math.Round(grant.Cpu * 1_000_000), grant.Ram, grant.Disk, grant.Gpu);

    public static Capacity operator +(Capacity a, Capacity b) => new(a.MicroCores + b.MicroCores, a.Ram + b.Ram, a.Disk + b.Disk, a.Gpus + b.Gpus);

    public static Capacity operator -(Capacity a, Capacity b) => new(a.MicroCores - b.MicroCores, a.Ram - b.Ram, a.Disk - b.Disk, a.Gpus - b.Gpus);

    public bool FitsInto(Capacity free) => MicroCores <= free.MicroCores && Ram <= free.Ram && Disk <= free.Disk && Gpus <= free.Gpus;

    public ResourceGrant ToGrant() => new() { Cpu = MicroCores / 1_000_000.0, Ram = Ram, Disk = Disk, Gpu = Gpus };
}
