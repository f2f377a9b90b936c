using System.Diagnostics;
using System.Globalization;
using Aurora.Broker.Scheduling.Preempting;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Benchmarks.Placement;

/// <summary>
/// One search for room: production groups of one task each wait before workers that are full of preemptible tasks, ten on each, of many jobs and three priorities. Time is
/// virtual, so that nobody waits for the delay; what is measured is the turns of the search, with the ends of the victims and the reservations.
/// </summary>
internal static class PreemptionBenchmark
{
    private const int TasksPerWorker = 10;
    private const int FillerJobs = 100;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Run(int workers, int groups)
    {
        Measure(Math.Min(workers, 500), 50, 1); // Compiles what is hot.
        Print($"preemption: {groups} groups wait, {workers} workers with {TasksPerWorker} preemptible tasks each");
        foreach (var (what, cores) in ((string, double)[])[("one victim", 0.7), ("three victims", 2.2), ("all ten", 8), ("no room anywhere", 9)])
        {
            var result = Measure(workers, groups, cores);
            Print($"  {what,-17} {result.Found,5} found, {result.Victims,5} victims   {result.Cpu.TotalMilliseconds / groups,7:N2} ms CPU a group, {result.Looks / groups,7:N0} looks;   {result.Turns,4} turns, the longest {result.Longest.TotalMilliseconds,5:N1} ms, median {result.Median.TotalMilliseconds,5:N1} ms");
        }
    }

    private static Result Measure(int workers, int groups, double cores)
    {
        long looks = 0;
        var options = new TurnOptions
        {
            ClusterName = Load.Cluster, BrokerName = "bench", Version = "1", BaseUrl = () => "", WorkerLostAfter = TimeSpan.FromHours(1),
            Rules = new() { Preempt = (demand, all) => Count(Preemption.Decide(demand, all), ref looks) },
        };
        var machine = new BrokerMachine(BrokerState.Load(Full(workers, groups, cores), Start), options, Start);
        machine.Begin(Start);
        for (var i = 0; i < workers; i++)
        {
            machine.Apply(new WorkerInput(Load.Hello(i) with { Tasks = [.. Held(i).Select(t => new TaskReport(t, TaskState.Running, Start, null, []))] }, null!)); // Nothing acknowledges it.
        }

        machine.End();
        while (machine.HasMore)
        {
            Turn(machine, Start);
        }

        GC.Collect();
        looks = 0;
        var turns = new List<TimeSpan>();
        var now = Start + options.Preemption.SearchInterval;
        var cpu = Environment.CpuUsage.TotalTime;
        do
        {
            var began = Stopwatch.GetTimestamp();
            Turn(machine, now);
            turns.Add(Stopwatch.GetElapsedTime(began));
        }
        while (machine.HasMore);

        cpu = Environment.CpuUsage.TotalTime - cpu;
        turns.Sort();
        return new Result(machine.State.Reservations.Count, machine.State.Tasks.Values.Count(t => t.State == TaskState.Preempting), cpu, looks, turns.Count, turns[^1], turns[turns.Count / 2]);
    }

    private static PreemptionDecision Count(PreemptionDecision decision, ref long looks)
    {
        looks += decision.Looks;
        return decision;
    }

    private static void Turn(BrokerMachine machine, DateTimeOffset now)
    {
        machine.Begin(now);
        machine.End();
    }

    private static StoredState Full(int workers, int groups, double cores)
    {
        var fillers = Enumerable.Range(0, FillerJobs).Select(i => Load.Job($"filler{i}", 0.8, null) with { Tier = "preemptible", Priority = i % 3 }).ToArray();
        var waiting = Enumerable.Range(0, groups).Select(i => Load.Job($"waits{i}", cores, null) with { Tier = "preferred", Instances = 1 }).ToArray();
        var ids = fillers.Concat(waiting).ToDictionary(j => j.Key, TaskFingerprint.Of);
        var running = Enumerable.Range(0, workers).SelectMany(w => Held(w).Select((id, i) => Task(id, fillers[Filler(w, i)], (w * TasksPerWorker) + i, Start.AddHours(-1), Load.Id(w), ids)));
        return new StoredState
        {
            Tasks = [.. running, .. waiting.Select(j => Task(new TaskId(j.Name), j, 0, Start.AddMinutes(-10), null, ids))],
            Configurations = [.. fillers.Concat(waiting).Select(j => new ConfigurationRecord(ids[j.Key], j))],
            Jobs = [.. fillers.Concat(waiting).Select(j => new JobRecord(j.Key, ids[j.Key], j.Instances, "bench", Start))],
            Workers = [.. Enumerable.Range(0, workers).Select(i => Load.Hello(i)).Select(h => new WorkerRecord(h.Worker, h.Host, h.Session, h.Version, h.Total,
                System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, h.Attributes), Start))],
            Updates = [], Replies = [],
        };
    }

    private static int Filler(int worker, int place) => ((worker * 7) + (place * 13)) % FillerJobs;

    private static IEnumerable<TaskId> Held(int worker) => Enumerable.Range(0, TasksPerWorker).Select(i => new TaskId(string.Create(CultureInfo.InvariantCulture, $"filler-{worker}-{i}")));

    private static TaskRecord Task(TaskId id, JobConfiguration job, int instance, DateTimeOffset at, WorkerId? worker, Dictionary<JobKey, string> ids) => new()
    {
        Id = id, Job = job.Key, Instance = instance, State = worker is null ? TaskState.Pending : TaskState.Running, ConfigurationId = ids[job.Key], Worker = worker, CreatedAt = at, ChangedAt = at,
        Events = [new TaskEvent(at, worker is null ? TaskState.Pending : TaskState.Running, null, "before")],
    };

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed record Result(int Found, int Victims, TimeSpan Cpu, long Looks, int Turns, TimeSpan Longest, TimeSpan Median);
}
