using System.Runtime.CompilerServices;
using Aurora.Broker.Scheduling.Matching;

namespace Aurora.Broker.Scheduling;

/// <summary>A number for each <see cref="Veto"/>.</summary>
[InlineArray(Length)]
internal struct VetoCounts
{
    /// <summary>How many vetoes there are.</summary>
    public const int Length = 8;

    private int _first;

    public int this[Veto veto]
    {
        readonly get => this[(int)veto];
        set => this[(int)veto] = value;
    }
}
