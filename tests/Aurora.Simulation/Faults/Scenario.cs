using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Faults;

/// <summary>What a seed stands for: the machines, what may go wrong and how often, and how long it does. Some faults are off in some seeds, so that none hides behind another.</summary>
internal sealed record Scenario
{
    public required ulong Seed { get; init; }

    public required FaultKinds Faults { get; init; }

    public required int Brokers { get; init; }

    public required int Workers { get; init; }

    public required int Jobs { get; init; }

    /// <summary>How long clients ask and faults happen.</summary>
    public required TimeSpan FaultTime { get; init; }

    /// <summary>The mean time between two faults.</summary>
    public required TimeSpan FaultInterval { get; init; }

    /// <summary>The mean time between two commands.</summary>
    public required TimeSpan CommandInterval { get; init; }

    public required TimeSpan HeartbeatInterval { get; init; }

    /// <summary>The share of messages that a fault of messages meets.</summary>
    public required double MessageTrouble { get; init; }

    /// <summary>The share of commits that fail.</summary>
    public required double CommitTrouble { get; init; }

    /// <summary>Whether messages are written as JSON and read back.</summary>
    public required bool OnTheWire { get; init; }

    /// <summary>Whether the store is a SQLite file.</summary>
    public required bool OnSqlite { get; init; }

    /// <summary>How long the run may take to come to rest after the last fault.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(45);

    public bool Has(FaultKinds kind) => (Faults & kind) != 0;

    public static Scenario Of(ulong seed, FaultKinds allowed = FaultKinds.All)
    {
        var chance = new Chance(seed ^ 0x5CEA_0A10);
        var faults = FaultKinds.None;
        var isCalm = chance.Happens(0.08);
        var share = chance.Pick<double>([0.15, 0.3, 0.5, 0.8]);
        for (var kind = 1; kind < (int)FaultKinds.All; kind <<= 1)
        {
            if (chance.Happens(share))
                faults |= (FaultKinds)kind;
        }

        if (isCalm)
            faults &= FaultKinds.FailingProcesses | FaultKinds.ImpatientClients;
        return new Scenario
        {
            Seed = seed,
            Faults = faults & allowed,
            Brokers = chance.Happens(0.5) ? 2 : 1,
            Workers = chance.Between(1, 5),
            Jobs = chance.Between(1, 5),
            FaultTime = chance.Between(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(400)),
            FaultInterval = chance.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(40)),
            CommandInterval = chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)),
            HeartbeatInterval = TimeSpan.FromSeconds(chance.Pick<double>([1, 2, 4])),
            MessageTrouble = chance.Pick<double>([0.01, 0.05, 0.2]),
            CommitTrouble = chance.Pick<double>([0.005, 0.02, 0.1]),
            OnTheWire = chance.Happens(0.05),
            OnSqlite = chance.Happens(0.005),
        };
    }

    public override string ToString() =>
        $"seed {Seed}: {Brokers} brokers, {Workers} workers, {Jobs} jobs, {FaultTime.TotalSeconds:0} s, a fault every {FaultInterval.TotalSeconds:0} s, faults: {Faults}"
        + (OnTheWire ? ", on the wire" : "") + (OnSqlite ? ", on SQLite" : "");
}
