using Aurora.Broker.State;

namespace Aurora.Broker.Quotas;

/// <summary>What an update is charged for from its start to its end: of each resource, the greater one of what its instances have and what they shall have (aurora-spec section 8.1). It can go back at any time.</summary>
internal static class UpdateCharge
{
    /// <summary>Adds up.</summary>
    /// <param name="instances">The update's instances.</param>
    /// <param name="find">Finds a configuration.</param>
    /// <returns>A charge for each <see cref="ConsumptionKind"/>, in its order.</returns>
    public static Consumption[] Of(IEnumerable<InstanceProgress> instances, Func<string, ConfigurationState> find)
    {
        var initial = new Consumption[ConsumptionKinds.Count];
        var desired = new Consumption[ConsumptionKinds.Count];
        foreach (var instance in instances)
        {
            Count(initial, instance.InitialConfigurationId, find);
            Count(desired, instance.TargetConfigurationId, find);
        }

        return [.. initial.Zip(desired, Consumption.Max)];
    }

    private static void Count(Consumption[] sums, string? configurationId, Func<string, ConfigurationState> find)
    {
        if (configurationId is null)
            return;
        var configuration = find(configurationId);
        sums[(int)configuration.ConsumptionKind] += configuration.Consumption;
    }
}
