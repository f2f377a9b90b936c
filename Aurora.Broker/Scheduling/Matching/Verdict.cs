namespace Aurora.Broker.Scheduling.Matching;

/// <summary>Why a worker cannot take a task: the first of the classes of aurora-spec section 5.5, in its order. The further down, the nearer it came to fitting.</summary>
internal enum Veto : byte
{
    /// <summary>It can.</summary>
    None,

    /// <summary>It is not there (Aurora had no offer of it).</summary>
    Absent,

    /// <summary>It is dedicated to others, or the task wants one that is dedicated to it.</summary>
    Dedicated,

    /// <summary>It is draining or drained.</summary>
    Maintenance,

    /// <summary>A value constraint.</summary>
    Constraint,

    /// <summary>A limit.</summary>
    Limit,

    /// <summary>Not enough of something, or a static port is taken.</summary>
    Resources,

    /// <summary>It would fit, but the worker is kept for another group.</summary>
    Reserved,
}

/// <summary>What the matcher says of a task on a worker.</summary>
/// <param name="Veto">Why not.</param>
/// <param name="Attribute">For a constraint or limit: the attribute of the first one that fails.</param>
/// <param name="Shortfall">For resources: what is missing.</param>
/// <param name="StaticPort">For resources: the first port number that another task has; 0 for none.</param>
internal readonly record struct Verdict(Veto Veto, string? Attribute = null, Capacity Shortfall = default, int StaticPort = 0)
{
    /// <summary>Whether the worker can take the task.</summary>
    public bool Fits => Veto == Veto.None;

    /// <summary>How far it is from fitting, by the scores of aurora-spec section 5.5; 0 when it fits.</summary>
    public double Distance => Veto switch
    {
        Veto.None => 0,
        Veto.Absent => 1e7,
        Veto.Dedicated => 1e6,
        Veto.Maintenance => 1e5,
        Veto.Constraint or Veto.Limit => 1e4,
        Veto.Reserved => 1,
        _ => 1 + (StaticPort == 0 ? 0 : 1000) + Scaled(Shortfall.MicroCores, 16e6) + Scaled(Shortfall.Ram, 24L << 30) + Scaled(Shortfall.Disk, 450L << 30)
            + Scaled(Shortfall.Ports, 1000) + Scaled(Shortfall.Gpus, 4),
    };

    private static double Scaled(double missing, double whole) => Math.Min(1000, 1000 * missing / whole);
}
