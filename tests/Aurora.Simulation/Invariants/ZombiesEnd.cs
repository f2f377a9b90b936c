using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>Promise 2: what runs without being authorised is found and ended soon after both sides can talk.</summary>
internal sealed class ZombiesEnd(World world) : Invariant(world)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private readonly Dictionary<TaskId, DateTimeOffset> _since = [];

    public override string Rule => "nothing runs on unauthorised when both sides can talk";

    public override void Ticked()
    {
        foreach (var worker in World.Workers)
        {
            foreach (var task in worker.Disk.Values)
            {
                if (!task.IsAlive || (World.Store.Tasks.TryGetValue(task.Id, out var row) && !row.State.IsTerminal()))
                    _since.Remove(task.Id);
                else if (!_since.TryGetValue(task.Id, out var since))
                    _since[task.Id] = World.Timeline.Now;
                else if (World.Timeline.Now - since > Limit && World.IsQuietFor(Limit))
                    Fail($"{task.Id} runs on {worker.Id} since {(World.Timeline.Now - since).TotalSeconds:0} s, and is {row?.State.ToString() ?? "unknown"}");
            }
        }
    }
}
