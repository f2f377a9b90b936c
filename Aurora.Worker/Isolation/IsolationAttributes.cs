namespace Aurora.Worker.Isolation;

/// <summary>The host attributes by which jobs can ask for workers that enforce.</summary>
internal static class IsolationAttributes
{
    /// <summary>By what tasks are confined.</summary>
    public const string Isolation = "isolation";

    /// <summary>Value of <see cref="Isolation"/>.</summary>
    public const string CgroupV2 = "cgroup_v2";

    /// <summary>Value of <see cref="Isolation"/>.</summary>
    public const string CgroupV1 = "cgroup_v1";

    /// <summary>Value of <see cref="Isolation"/>.</summary>
    public const string Sampling = "sampling";

    /// <summary>What cgroups of either version enforce.</summary>
    /// <param name="isolation">The version.</param>
    /// <param name="cpuQuota">Whether cores are a hard limit.</param>
    /// <returns>The attributes.</returns>
    public static IReadOnlyDictionary<string, string> OfGroups(string isolation, bool cpuQuota) => Of(isolation, "limit", cpuQuota ? "quota" : "shares");

    /// <summary>What sampling enforces.</summary>
    /// <returns>The attributes.</returns>
    public static IReadOnlyDictionary<string, string> OfSampling() => Of(Sampling, "sampled", "none");

    private static Dictionary<string, string> Of(string isolation, string memoryAndProcesses, string cpu) => new(StringComparer.Ordinal)
    {
        [Isolation] = isolation,
        ["enforces_memory"] = memoryAndProcesses,
        ["enforces_cpu"] = cpu,
        ["enforces_processes"] = memoryAndProcesses,
        ["enforces_disk"] = "sampled",
    };
}
