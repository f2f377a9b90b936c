using System.Collections.Immutable;
using Aurora.Broker.State;

namespace Aurora.Broker.Updates;

/// <summary>What an update has to change (aurora-spec section 6.2): creates, then replaces, then removals, ascending in each; equal instances are no part of it.</summary>
internal static class UpdateDiff
{
    /// <summary>Compares.</summary>
    /// <param name="current">The configuration of each active instance.</param>
    /// <param name="targetConfigurationId">The configuration to go to.</param>
    /// <param name="instances">How many instances there shall be.</param>
    /// <param name="scope">Which instances the update may touch; null for all.</param>
    /// <returns>The instances to change, in forward order; empty when nothing would change.</returns>
    public static ImmutableArray<InstanceProgress> Between(
        IReadOnlyDictionary<int, string> current, string targetConfigurationId, int instances, IReadOnlyCollection<int>? scope)
    {
        var creates = new List<InstanceProgress>();
        var replaces = new List<InstanceProgress>();
        var removals = new List<InstanceProgress>();
        foreach (var instance in current.Keys.Union(Enumerable.Range(0, instances)).Order())
        {
            if (scope is not null && !scope.Contains(instance))
                continue;

            var initial = current.GetValueOrDefault(instance);
            var target = instance < instances ? targetConfigurationId : null;
            if (string.Equals(initial, target, StringComparison.Ordinal))
                continue;

            var list = initial is null ? creates : target is null ? removals : replaces;
            list.Add(new InstanceProgress(instance, initial, target, InstanceState.Idle, 0, null));
        }

        return [.. creates, .. replaces, .. removals];
    }
}
