using Aurora.Broker.State;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Simulation.Brokers;

namespace Aurora.Simulation.Invariants;

/// <summary>Nobody floods a queue: a worker is told the same thing of the same task a few times in half a minute at most, whatever the two say to each other.</summary>
internal sealed class ChatterIsBounded(World world) : Invariant(world)
{
    private const int Most = 60;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private readonly Dictionary<(TaskId Task, Type Message), (DateTimeOffset Since, int Count)> _said = [];

    public override string Rule => "a worker is told the same thing a bounded number of times";

    public override void Leaving(SimulatedBroker broker, Effect effect)
    {
        switch (effect)
        {
            case ToWorker { Message: LaunchTask launch }:
                Count(launch.TaskId, typeof(LaunchTask));
                break;
            case ToWorker { Message: KillTask kill }:
                Count(kill.TaskId, typeof(KillTask));
                break;
            case ToWorker { Message: EndsRecorded ends }:
                foreach (var task in ends.Tasks)
                    Count(task, typeof(EndsRecorded));
                break;
        }
    }

    private void Count(TaskId task, Type message)
    {
        var (since, count) = _said.GetValueOrDefault((task, message), (World.Timeline.Now, 0));
        if (World.Timeline.Now - since > Window)
            (since, count) = (World.Timeline.Now, 0);
        _said[(task, message)] = (since, ++count);
        if (count > Most)
            Fail($"{message.Name} of {task} was sent {count} times in {(World.Timeline.Now - since).TotalSeconds:0.0} s");
    }
}
