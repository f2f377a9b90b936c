using System.Runtime.Versioning;
using Aurora.Worker.Isolation.Cgroups;
using Aurora.Worker.Isolation.Sampling;
using Microsoft.Extensions.Logging;

namespace Aurora.Worker.Isolation;

/// <summary>Chooses the strongest isolation that this machine permits: cgroup v2, else v1, else sampling. Each is tried with a group of its own, since a mount says nothing of what may be written there.</summary>
[SupportedOSPlatform("linux")]
internal static class TaskIsolations
{
    /// <summary>Chooses. Called once, at the agent's start, while it holds its folder's lock.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="logger">Told what was chosen, and why nothing better.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <returns>The isolation.</returns>
    /// <exception cref="ArgumentException">A name in the options cannot be a group's.</exception>
    public static ITaskIsolation Choose(IsolationOptions options, ILogger logger, TimeProvider? time = null)
    {
        if (options.AllowGroups)
        {
            foreach (var candidate in Candidates(options))
            {
                if (candidate.Try() is not { } reason)
                {
                    Log.Chosen(logger, candidate.Attributes[IsolationAttributes.Isolation], options.WorkerName);
                    return candidate;
                }

                Log.NotUsable(logger, candidate.Attributes[IsolationAttributes.Isolation], reason);
            }
        }

        Log.Chosen(logger, IsolationAttributes.Sampling, options.WorkerName);
        return new SamplingIsolation(time ?? TimeProvider.System);
    }

    private static IEnumerable<CgroupIsolation> Candidates(IsolationOptions options)
    {
        if (CgroupV2Isolation.IsMounted(options.Root))
        {
            yield return new CgroupV2Isolation(options);
        }

        if (CgroupV1Isolation.AreMounted(options.Root))
        {
            yield return new CgroupV1Isolation(options);
        }
    }
}
