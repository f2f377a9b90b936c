using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Messages;
using Aurora.Simulation.Brokers;
using Aurora.Simulation.Clients;
using Aurora.Simulation.Workers;

namespace Aurora.Simulation.Invariants;

/// <summary>Something that holds at every step, whatever fails. It looks, and says so when it does not hold; it changes nothing.</summary>
internal abstract class Invariant(World world)
{
    protected World World { get; } = world;

    /// <summary>The rule, as a failed seed is told.</summary>
    public abstract string Rule { get; }

    /// <summary>A batch is about to be written; the store is as before.</summary>
    public virtual void Writing(StoreChanges changes)
    {
    }

    /// <summary>A batch was written.</summary>
    public virtual void Written(StoreChanges changes)
    {
    }

    /// <summary>A leader has finished a turn.</summary>
    public virtual void Stepped(SimulatedBroker broker, BrokerMachine machine)
    {
    }

    /// <summary>A broker hands out an effect.</summary>
    public virtual void Leaving(SimulatedBroker broker, Effect effect)
    {
    }

    /// <summary>A worker has started a process.</summary>
    public virtual void Started(SimulatedWorker worker, TaskOnDisk task)
    {
    }

    /// <summary>A worker was told to end a task that it has.</summary>
    public virtual void Ordered(SimulatedWorker worker, TaskOnDisk task, KillTask kill)
    {
    }

    /// <summary>A client was answered.</summary>
    public virtual void Heard(Errand errand, Reply reply)
    {
    }

    /// <summary>Some seconds went by.</summary>
    public virtual void Ticked()
    {
    }

    protected void Fail(string what) => World.Fail(Rule, what);
}
