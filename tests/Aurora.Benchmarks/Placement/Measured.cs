namespace Aurora.Benchmarks.Placement;

/// <summary>What a measurement came to.</summary>
/// <param name="Placed">How many tasks were placed.</param>
/// <param name="Elapsed">By the clock.</param>
/// <param name="Cpu">User and system time of the whole process, SQLite's thread included.</param>
/// <param name="Bytes">Allocated.</param>
internal readonly record struct Measured(int Placed, TimeSpan Elapsed, TimeSpan Cpu, long Bytes)
{
    public double Rate => Placed / Elapsed.TotalSeconds;

    public double CpuMicroseconds => Cpu.TotalMicroseconds / Placed;

    public double BytesEach => (double)Bytes / Placed;
}
