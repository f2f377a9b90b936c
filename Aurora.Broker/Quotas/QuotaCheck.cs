namespace Aurora.Broker.Quotas;

/// <summary>Says whether a role's production tasks stay within its quota (aurora-spec section 8.1). What does not make a resource's use greater is never refused, also above the quota.</summary>
internal static class QuotaCheck
{
    /// <summary>Decides.</summary>
    /// <param name="quota">The role's quota.</param>
    /// <param name="now">What counts against it now.</param>
    /// <param name="then">What would count against it.</param>
    /// <returns>By how much each resource would exceed it.</returns>
    public static QuotaDecision Decide(Consumption quota, Consumption now, Consumption then) => new(new Consumption(
        Over(quota.MicroCores, now.MicroCores, then.MicroCores), Over(quota.Ram, now.Ram, then.Ram), Over(quota.Disk, now.Disk, then.Disk)));

    private static long Over(long quota, long now, long then) => then > quota && then > now ? then - quota : 0;
}
