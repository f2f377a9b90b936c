using Aurora.Core.Messages;
using Aurora.Simulation.Clients;
using Aurora.Simulation.Engine;
using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Workers;

/// <summary>How processes behave: batch jobs end by themselves, services run on, and either may fail as long as the run is not calm.</summary>
internal sealed class ProcessPlay(IReadOnlyList<JobShape> jobs, Scenario scenario)
{
    /// <summary>From now on nothing fails.</summary>
    public bool IsCalm { get; set; }

    public TimeSpan TimeUntilHealthy(LaunchTask order, Chance chance) =>
        chance.Happens(0.5) ? TimeSpan.Zero : chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(3));

    /// <summary>How long a process runs; null when it does not end by itself.</summary>
    public TimeSpan? RunTime(LaunchTask order, Chance chance, out bool succeeds)
    {
        var isService = jobs.Any(j => j.Key == order.Job && j.IsService);
        succeeds = true;
        if (!IsCalm && order.Task.Processes[0].Cmdline.StartsWith("bad", StringComparison.Ordinal) && chance.Happens(0.8))
        {
            succeeds = false;
            return chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2));
        }

        if (!IsCalm && scenario.Has(FaultKinds.FailingProcesses) && chance.Happens(0.3))
        {
            succeeds = chance.Happens(0.2);
            return chance.Between(TimeSpan.Zero, TimeSpan.FromSeconds(chance.Happens(0.5) ? 2 : 60));
        }

        return isService ? null : chance.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(chance.Happens(0.5) ? 5 : 60));
    }
}
