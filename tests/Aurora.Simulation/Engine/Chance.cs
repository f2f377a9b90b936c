using System.Numerics;
using System.Runtime.InteropServices;

namespace Aurora.Simulation.Engine;

/// <summary>All chance of a run, from its seed: xoshiro256** seeded by splitmix64, written out so that a seed means the same on every version of .NET.</summary>
internal sealed class Chance
{
    private ulong _a, _b, _c, _d;

    public Chance(ulong seed)
    {
        _a = Mix(ref seed);
        _b = Mix(ref seed);
        _c = Mix(ref seed);
        _d = Mix(ref seed);
    }

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>From 0 to 1, 1 excluded.</summary>
    public double Real() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to <paramref name="bound"/>, the bound excluded.</summary>
    public int Below(int bound) => (int)(((UInt128)Next() * (ulong)bound) >> 64);

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks((long)((most - least).Ticks * Real()));

    public bool Happens(double probability) => probability > 0 && Real() < probability;

    public T Pick<T>(IReadOnlyList<T> list) => list[Below(list.Count)];

    public Guid Id()
    {
        Span<ulong> words = [Next(), Next()];
        return new Guid(MemoryMarshal.AsBytes(words));
    }

    /// <summary>A source of its own, so that what one part draws does not change what another part gets.</summary>
    public Chance Fork() => new(Next());

    private static ulong Mix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
