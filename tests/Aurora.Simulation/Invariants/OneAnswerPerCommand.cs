using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.Simulation.Clients;

namespace Aurora.Simulation.Invariants;

/// <summary>A command has one answer, however often it is asked and whoever leads, and what it promises is there.</summary>
internal sealed class OneAnswerPerCommand(World world) : Invariant(world)
{
    public override string Rule => "a command id is answered the same, and truly";

    public override void Heard(Errand errand, Reply reply)
    {
        if (errand.Command is GetTasks)
            return;
        if (errand.Answer is { } first && (first.Code != reply.Code || first.Message != reply.Message || Result(first) != Result(reply)))
            Fail($"{errand.Command.CommandId} was answered '{first.Message}' and now '{reply.Message}'");
        if (errand is { Answer: null, Command: CreateJob create } && reply.Code == ReplyCode.Ok)
            CheckIsThere(errand, create);
    }

    private void CheckIsThere(Errand errand, CreateJob create)
    {
        if (World.MayBeKilled(create.Job.Key) || World.LatestClock - World.Timeline.Now > TimeSpan.Zero || World.Timeline.Now - errand.Since > World.Retention.MinAge)
            return; // Or changed since, or old enough to be gone.
        for (var instance = 0; instance < create.Job.Instances; instance++)
        {
            if (!World.Store.Tasks.Values.Any(t => t.Job == create.Job.Key && t.Instance == instance))
                Fail($"{create.Job.Key} was acknowledged, and instance {instance} is not there");
        }
    }

    private static string Result(Reply reply) => reply.Result?.GetRawText() ?? "";
}
