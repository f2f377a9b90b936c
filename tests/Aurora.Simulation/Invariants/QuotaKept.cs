using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Broker.Updates;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>What is let in stays within its role's quota (aurora-spec section 8.1), added up anew from the rows.</summary>
internal sealed class QuotaKept(World world) : Invariant(world)
{
    private readonly List<(string Role, double Before)> _admitted = [];

    public override string Rule => "production jobs that are let in stay within their role's quota";

    public override void Writing(StoreChanges changes)
    {
        _admitted.Clear();
        if (changes.Replies.Any(r => r.Reply.Code == ReplyCode.Ok && World.Client.Errands.Any(e => e.Command is AbortUpdate && e.Command.CommandId == r.CommandId)))
            return; // What an aborted update leaves may be more than either of its ends, and is let in by nobody; the rows do not tell who came first.
        foreach (var reply in changes.Replies.Where(r => r.Reply.Code == ReplyCode.Ok))
        {
            if (World.Client.Errands.FirstOrDefault(e => e.Command.CommandId == reply.CommandId)?.Command is { } command
                && ((command as CreateJob)?.Job ?? (command as StartUpdate)?.Job) is { } job && Counts(job))
                _admitted.Add((job.Role, Used(job.Role)));
        }
    }

    public override void Written(StoreChanges changes)
    {
        foreach (var (role, before) in _admitted)
        {
            var quota = World.Store.Quotas.GetValueOrDefault(role)?.Quota.Cpu ?? 0;
            var used = Used(role);
            if (used > quota + 1e-6 && used > before + 1e-6)
                Fail($"production tasks of {role} use {used} cores of {quota}, and used {before} before");
        }
    }

    private static bool Counts(JobConfiguration job) => job.Production && !job.Constraints.ContainsKey("dedicated");

    private double Used(string role)
    {
        var updates = World.Store.Updates.Values.Where(u => u.Job.Role == role && u.Status.IsActive()).ToArray();
        var touched = updates.SelectMany(u => u.Instances.Select(i => (u.Job, i.Instance))).ToHashSet();
        var tasks = World.Store.Tasks.Values.Where(t => t.Job.Role == role && t.State.IsActive() && !touched.Contains((t.Job, t.Instance))).Sum(t => Cores(t.ConfigurationId));
        return tasks + updates.Sum(u => Math.Max(u.Instances.Sum(i => Cores(i.InitialConfigurationId)), u.Instances.Sum(i => Cores(i.TargetConfigurationId))));
    }

    private double Cores(string? configurationId) =>
        configurationId is not null && World.ConfigurationOf(configurationId) is var job && Counts(job) ? job.Task.Resources.Cpu : 0;
}
