namespace Aurora.Simulation.Faults;

/// <summary>What may go wrong in a run.</summary>
[Flags]
internal enum FaultKinds
{
    None = 0,

    /// <summary>A broker dies: memory and what it had not sent are gone.</summary>
    BrokerCrash = 1 << 0,

    /// <summary>A broker stands still for a while and goes on, possibly deposed.</summary>
    BrokerPause = 1 << 1,

    /// <summary>A commit fails before it is written, or after.</summary>
    CommitFailure = 1 << 2,

    /// <summary>A broker cannot reach the database.</summary>
    StoreCut = 1 << 3,

    /// <summary>The database takes its time.</summary>
    SlowStore = 1 << 4,

    /// <summary>A worker's agent dies; the processes go on.</summary>
    AgentCrash = 1 << 5,

    /// <summary>A worker's machine is restarted; the processes are gone, the disk is not.</summary>
    Reboot = 1 << 6,

    /// <summary>A worker's machine goes away for good.</summary>
    WorkerGone = 1 << 7,

    /// <summary>A worker is cut off from the bus, in both directions.</summary>
    Partition = 1 << 8,

    /// <summary>A worker is cut off in one direction.</summary>
    OneWayPartition = 1 << 9,

    /// <summary>RabbitMQ is restarted: every connection breaks, queues stay.</summary>
    BusOutage = 1 << 10,

    /// <summary>RabbitMQ loses its queues, confirmed messages included.</summary>
    BusWipe = 1 << 11,

    /// <summary>A connection to the bus breaks: what is not acknowledged comes again.</summary>
    ConnectionLoss = 1 << 12,

    /// <summary>Messages that were not confirmed are lost, and replies.</summary>
    MessageLoss = 1 << 13,

    /// <summary>Messages come twice.</summary>
    Duplicates = 1 << 14,

    /// <summary>Messages overtake each other. RabbitMQ does this only when deliveries come back.</summary>
    Reordering = 1 << 15,

    /// <summary>Messages take seconds.</summary>
    SlowMessages = 1 << 16,

    /// <summary>A broker's clock jumps forward.</summary>
    ClockJump = 1 << 17,

    /// <summary>Clients ask again though they were answered, and kill, update and abort at bad moments.</summary>
    ImpatientClients = 1 << 18,

    /// <summary>Processes fail.</summary>
    FailingProcesses = 1 << 19,

    All = (1 << 20) - 1,
}
