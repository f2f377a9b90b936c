using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Simulation.Invariants;

/// <summary>Whether a worker may have a task, said a second time and simply (aurora-spec sections 5.2 to 5.4): nothing of it is the product's matcher.</summary>
internal sealed class PlacementOracle(World world)
{
    /// <summary>Why the worker must not have a task of the job; null when it may. Room is not looked at.</summary>
    public static string? Refusal(WorkerRecord worker, JobConfiguration job)
    {
        if (worker.Mode is MaintenanceMode.Draining or MaintenanceMode.Drained)
            return $"is {worker.Mode}";
        if (worker.Attributes.TryGetValue("dedicated", out var owner) && job.Constraints.GetValueOrDefault("dedicated") != owner)
            return $"is dedicated to {owner}";
        foreach (var (attribute, expression) in job.Constraints)
        {
            var value = worker.Attributes.GetValueOrDefault(attribute);
            if (expression.StartsWith("limit:", StringComparison.Ordinal) ? value is null : !Admits(expression, value))
                return $"has {attribute}={value}, and the job wants {expression}";
        }

        return null;
    }

    /// <summary>The limits that the job's tasks go beyond with this worker's values, counted over all that is stored.</summary>
    public string? BrokenLimit(WorkerRecord worker, JobConfiguration job, int more)
    {
        foreach (var (attribute, expression) in job.Constraints)
        {
            if (!expression.StartsWith("limit:", StringComparison.Ordinal))
                continue;
            var limit = int.Parse(expression.AsSpan(6), System.Globalization.CultureInfo.InvariantCulture);
            var value = worker.Attributes.GetValueOrDefault(attribute);
            var count = world.Store.Tasks.Values.Count(t => t.Job == job.Key && t.State.IsOnWorker() && t.Worker is { } w && world.Store.Workers[w].Attributes.GetValueOrDefault(attribute) == value);
            if (count + more > limit)
                return $"{count} tasks are at {attribute}={value}, and {limit} may be";
        }

        return null;
    }

    /// <summary>Whether a worker that is there could take a task.</summary>
    public bool CanTake(WorkerRecord worker, TaskRecord task)
    {
        var job = world.ConfigurationOf(task.ConfigurationId);
        return Refusal(worker, job) is null && BrokenLimit(worker, job, 1) is null && world.NeedOf(task.ConfigurationId).FitsInto(Free(worker));
    }

    /// <summary>What a worker has left.</summary>
    public Capacity Free(WorkerRecord worker) => world.Store.Tasks.Values.Where(t => t.State.IsOnWorker() && t.Worker == worker.Id)
        .Aggregate(Total(worker), (free, task) => free - world.NeedOf(task.ConfigurationId));

    public static Capacity Total(WorkerRecord worker) => Capacity.Of(worker.Total, worker.PortCount ?? 1_000_000);

    /// <summary>What a task takes, its ports included.</summary>
    public static Capacity Need(JobConfiguration job) =>
        Capacity.Of(job.Task.Resources, job.Task.Processes.Any(p => p.Cmdline.Contains("thermos.ports", StringComparison.Ordinal)) ? 1 : 0);

    private static bool Admits(string expression, string? value) => expression.StartsWith('!')
        ? value is null || !expression[1..].Split(',').Contains(value)
        : value is not null && expression.Split(',').Contains(value);
}
