using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Workers;

/// <summary>What a worker's disk holds of a task, and the process that is its own parent's business: neither ends with the agent.</summary>
internal sealed class TaskOnDisk(LaunchTask order, Guid boot)
{
    public TaskId Id => Order.TaskId;

    public LaunchTask Order { get; } = order;

    /// <summary>The machine's boot under which it was taken.</summary>
    public Guid Boot { get; } = boot;

    /// <summary>Its states, oldest first.</summary>
    public List<StateChange> Changes { get; } = [];

    public TaskState State => Changes[^1].State;

    public bool IsOver => State.IsTerminal();

    /// <summary>Whether the broker has stored its end.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>How it shall end; null while nobody asked.</summary>
    public (TaskState Outcome, string Reason)? EndAsked { get; set; }

    /// <summary>How often a process was started for it.</summary>
    public int Starts { get; set; }

    public bool IsAlive { get; set; }

    /// <summary>How its process ended; what the shim keeps until an agent takes it.</summary>
    public bool? Succeeded { get; set; }
}

/// <summary>A state that a task came to.</summary>
internal sealed record StateChange(TaskState State, DateTimeOffset At, string? Message);
