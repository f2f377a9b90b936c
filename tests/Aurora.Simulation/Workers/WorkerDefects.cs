namespace Aurora.Simulation.Workers;

/// <summary>What a worker does wrong. Only the simulation's own tests have any, to see that it is noticed.</summary>
[Flags]
internal enum WorkerDefects
{
    None = 0,

    /// <summary>Forgets a task at once when its end is recorded, and so would run it again.</summary>
    Forgets = 1,

    /// <summary>Answers every kill by saying how the task stands.</summary>
    AnswersKills = 2,

    /// <summary>Runs a task again whose order comes again.</summary>
    RunsAgain = 4,

    /// <summary>Lets a fenced task begin and go on without a word of the leader.</summary>
    IgnoresFence = 8,
}
