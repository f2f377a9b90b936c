using Aurora.Core.Configuration;

namespace Aurora.Broker.Scheduling;

/// <summary>An amount of every resource. Cores are counted in millionths, so that adding and taking away a thousand grants comes out even.</summary>
/// <param name="MicroCores">Millionths of a core.</param>
/// <param name="Ram">Bytes of memory.</param>
/// <param name="Disk">Bytes of disk.</param>
/// <param name="Gpus">GPUs.</param>
/// <param name="Ports">Ports that the worker picks the numbers of; <see cref="UncountedPorts"/> for a worker that did not say how many it has.</param>
internal readonly record struct Capacity(long MicroCores, long Ram, long Disk, int Gpus, int Ports = 0)
{
    /// <summary>More ports than anybody asks for, so that they never decide; little enough to be added to.</summary>
    public const int UncountedPorts = 1 << 30;

    public static Capacity Of(ResourceGrant grant, int ports = 0) => new((long)Math.Round(grant.Cpu * 1_000_000), grant.Ram, grant.Disk, grant.Gpu, ports);

    public static Capacity operator +(Capacity a, Capacity b) =>
        new(a.MicroCores + b.MicroCores, a.Ram + b.Ram, a.Disk + b.Disk, a.Gpus + b.Gpus, a.Ports + b.Ports);

    public static Capacity operator -(Capacity a, Capacity b) =>
        new(a.MicroCores - b.MicroCores, a.Ram - b.Ram, a.Disk - b.Disk, a.Gpus - b.Gpus, a.Ports - b.Ports);

    public static Capacity operator *(Capacity a, int times) => new(a.MicroCores * times, a.Ram * times, a.Disk * times, a.Gpus * times, a.Ports * times);

    /// <summary>The lesser amount of each resource for itself.</summary>
    public static Capacity Min(in Capacity a, in Capacity b) => new(
        Math.Min(a.MicroCores, b.MicroCores), Math.Min(a.Ram, b.Ram), Math.Min(a.Disk, b.Disk), Math.Min(a.Gpus, b.Gpus), Math.Min(a.Ports, b.Ports));

    /// <summary>The greater amount of each resource for itself.</summary>
    public static Capacity Max(in Capacity a, in Capacity b) => new(
        Math.Max(a.MicroCores, b.MicroCores), Math.Max(a.Ram, b.Ram), Math.Max(a.Disk, b.Disk), Math.Max(a.Gpus, b.Gpus), Math.Max(a.Ports, b.Ports));

    /// <summary>How many of this there is room for.</summary>
    public long TimesIn(in Capacity free) => Math.Min(
        Math.Min(Times(MicroCores, free.MicroCores), Math.Min(Times(Ram, free.Ram), Times(Disk, free.Disk))), Math.Min(Times(Gpus, free.Gpus), Times(Ports, free.Ports)));

    public bool FitsInto(in Capacity free) =>
        MicroCores <= free.MicroCores && Ram <= free.Ram && Disk <= free.Disk && Gpus <= free.Gpus && Ports <= free.Ports;

    /// <summary>What of this is more than there is, each resource for itself; nothing where it fits.</summary>
    public Capacity Beyond(in Capacity free) => new(
        Math.Max(0, MicroCores - free.MicroCores), Math.Max(0, Ram - free.Ram), Math.Max(0, Disk - free.Disk), Math.Max(0, Gpus - free.Gpus), Math.Max(0, Ports - free.Ports));

    public ResourceGrant ToGrant() => new() { Cpu = MicroCores / 1_000_000.0, Ram = Ram, Disk = Disk, Gpu = Gpus };

    private static long Times(long need, long free) => need == 0 ? long.MaxValue : free / need;
}
