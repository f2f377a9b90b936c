namespace Aurora.Worker.Isolation.Cgroups;

/// <summary>Cores as shares of a busy machine. Pure.</summary>
internal static class CpuShares
{
    private const long Least = 2;
    private const long Most = 262_144;

    /// <summary>v1: 1024 for each core, within what the kernel takes.</summary>
    /// <param name="cpu">Cores.</param>
    /// <returns>2 to 262,144.</returns>
    public static long Of(double cpu) => (long)Math.Clamp(cpu * 1024, Least, Most);

    /// <summary>v2: the same on its scale, by the mapping that other runtimes use.</summary>
    /// <param name="cpu">Cores.</param>
    /// <returns>1 to 10,000.</returns>
    public static long WeightOf(double cpu) => 1 + ((Of(cpu) - Least) * 9_999 / (Most - Least));
}
