using Aurora.Broker.FrontDoor;
using Aurora.Broker.Scheduling;
using Aurora.Broker.State;
using Aurora.Broker.Storage;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>The machine under whatever order of inputs, with crashes between commit and effects: promises 2 and 3 of the design as invariants.</summary>
public sealed class MachineTests
{
    private static readonly Gen<(int Kind, int A, int B)[]> GenSteps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[1, 80];

    [Fact]
    public void WhateverHappens_AnInstanceHasOneActiveAttempt_NothingTerminalChanges_AndNoWorkerHoldsTooMuch() => GenSteps.Sample(steps =>
    {
        var world = new World();
        foreach (var (kind, a, b) in steps)
        {
            world.Step(kind, a, b);
            world.Check();
        }
    }, iter: 1500);

    [Fact]
    public void WhenTheEffectsOfACommitAreLost_TheNextLeaderSendsThemAgain()
    {
        var world = new World();
        world.Hello(0);
        world.Create(0);
        var launched = world.LastEffects.OfType<ToWorker>().Select(e => e.Message).OfType<LaunchTask>().Single();
        world.Crash();
        world.Turn(null);
        Assert.Equal(launched.TaskId, world.LastEffects.OfType<ToWorker>().Select(e => e.Message).OfType<LaunchTask>().Single().TaskId);
        world.Kill(0);
        world.Crash();
        world.Turn(null);
        Assert.Equal(launched.TaskId, world.LastEffects.OfType<ToWorker>().Select(e => e.Message).OfType<KillTask>().Single().TaskId);
    }

    [Fact]
    public void WhenAWorkerNeverAnswers_AnAssignedTaskIsGivenUpAfterFiveMinutes()
    {
        var world = new World();
        world.Hello(0);
        world.Create(0);
        for (var i = 0; i < 301; i++)
        {
            world.Advance(TimeSpan.FromSeconds(1));
            world.Heartbeat(0);
        }

        Assert.Contains(world.Machine.State.Tasks.Values, t => t is { State: TaskState.Lost } && t.Events[^1].Message!.StartsWith("timed out", StringComparison.Ordinal));
    }

    private sealed class World
    {
        private static readonly JobConfiguration[] Jobs =
        [
            Some.Job("adhoc", instances: 2), Some.Job("service", instances: 3, service: true), Some.Job("tries", maxTaskFailures: 3), Some.Job("big", cpu: 3),
            Some.Job("patient", instances: 2, service: true) with { PartitionPolicy = new PartitionPolicyConfiguration { DelaySecs = 30 } },
            Some.Job("faithful", service: true) with { PartitionPolicy = new PartitionPolicyConfiguration { Reschedule = false } },
        ];

        private readonly Dictionary<TaskId, TaskRecord> _tasks = [];
        private readonly Dictionary<string, ConfigurationRecord> _configurations = [];
        private readonly Dictionary<JobKey, JobRecord> _jobs = [];
        private readonly Dictionary<WorkerId, WorkerRecord> _workers = [];
        private readonly Dictionary<string, UpdateRecord> _updates = [];
        private readonly Dictionary<Guid, ReplyRecord> _replies = [];
        private readonly Dictionary<TaskId, TaskRecord> _ended = [];
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public World() => Crash();

        public BrokerMachine Machine { get; private set; } = null!; // Made by Crash.

        public IReadOnlyList<Effect> LastEffects { get; private set; } = [];

        public void Step(int kind, int a, int b)
        {
            switch (kind)
            {
                case 0: Create(a); break;
                case 1: Kill(a); break;
                case 2: Hello(a % 3); break;
                case 3: Update(a, b); break;
                case 4: Advance(TimeSpan.FromSeconds(b % 40)); break;
                case 5: Crash(); break;
                case 6: Heartbeat(a % 3); break;
                default: Report(a, b); break;
            }
        }

        public void Create(int n) => Command(new CreateJob(Guid.NewGuid(), "ann", Jobs[n % Jobs.Length]), Jobs[n % Jobs.Length]);

        public void Kill(int n) => Command(new KillTasks(Guid.NewGuid(), "ann", Jobs[n % Jobs.Length].Key, null, null), null);

        public void Hello(int n) => Worker(new WorkerHello(Id(n), Guid.Empty, "host", "1", Some.Grant(n + 1, 1L << 30, 1L << 30), new Dictionary<string, string>(), []));

        public void Heartbeat(int n) => Worker(new WorkerHeartbeat(Id(n), Guid.Empty));

        public void Advance(TimeSpan by)
        {
            _now += by;
            Turn(null);
        }

        /// <summary>Memory is gone; what was committed stays. The effects of the last commit may never have been sent.</summary>
        public void Crash() => Machine = new BrokerMachine(BrokerState.Load(new StoredState
        {
            Tasks = [.. _tasks.Values], Configurations = [.. _configurations.Values], Jobs = [.. _jobs.Values], Workers = [.. _workers.Values],
            Updates = [.. _updates.Values], Replies = [.. _replies.Values],
        }, _now), new TurnOptions { ClusterName = Some.Cluster, BrokerName = "b", Version = "1", BaseUrl = () => "" }, _now);

        public void Turn(LoopInput? input)
        {
            Machine.Begin(_now);
            if (input is not null)
                Machine.Apply(input);
            var result = Machine.End();
            Commit(result.Changes.ToStoreChanges());
            LastEffects = result.Effects;
        }

        public void Check()
        {
            var state = Machine.State;
            Assert.All(state.Tasks.Values.Where(t => t.State.IsActive()).GroupBy(t => (t.Job, t.Instance)), g => Assert.Single(g));
            foreach (var worker in state.Workers.Values)
            {
                var held = state.Tasks.Values.Where(t => t.State.IsOnWorker() && t.Worker == worker.Record.Id).ToList();
                var used = held.Aggregate(default(Capacity), (sum, t) => sum + state.ConfigurationOf(t).Need);
                Assert.Equal(used, worker.Used);
                Assert.True(used.FitsInto(worker.Total));
            }

            foreach (var task in _tasks.Values.Where(t => t.State.IsTerminal()))
                Assert.True(_ended.TryAdd(task.Id, task) || _ended[task.Id].State == task.State);
            Assert.Equal(state.Tasks.Values.Count(t => t.State == TaskState.Pending), state.PendingGroups.Sum(g => g.Count));
            Assert.Equal(_tasks.Keys.Order(Comparer<TaskId>.Create((x, y) => string.CompareOrdinal(x.Value, y.Value))),
                state.Tasks.Keys.Order(Comparer<TaskId>.Create((x, y) => string.CompareOrdinal(x.Value, y.Value))));
            Assert.All(_tasks.Values, t => Assert.True(_configurations.ContainsKey(t.ConfigurationId) && _jobs.ContainsKey(t.Job)));
            Assert.All(_jobs.Values, j => Assert.True(_configurations.ContainsKey(j.ConfigurationId)));
            foreach (var update in _updates.Values)
            {
                Assert.Contains(update.TargetConfigurationId, _configurations.Keys);
                Assert.True(_jobs.ContainsKey(update.Job));
            }
        }

        private static WorkerId Id(int n) => new($"w{n}");

        private void Update(int a, int b)
        {
            var job = Some.Job("service", instances: 1 + (b % 4), service: true, command: $"v{a % 3}", batchSize: 1 + (b % 2), watchSecs: b % 3);
            Command(new StartUpdate(Guid.NewGuid(), "ann", job, null, null), job);
        }

        private void Report(int a, int b)
        {
            TaskState[] said = [TaskState.Starting, TaskState.Running, TaskState.Finished, TaskState.Failed, TaskState.Killed, TaskState.Lost];
            var placed = _tasks.Values.Where(t => t.Worker is not null).OrderBy(t => t.State.IsTerminal()).ThenBy(t => t.CreatedAt).Take(8).ToList();
            if (placed.Count == 0)
                return;
            var task = placed[a % placed.Count];
            Worker(new TasksReported(task.Worker!.Value, Guid.Empty, [FakeWorker.Report(task.Id, said[b % said.Length])]));
        }

        private void Command(ICommand command, JobConfiguration? job) =>
            Turn(new CommandInput(new CallRequest(command.CommandId), command, "digest", job is null ? null : TaskFingerprint.Of(job), null));

        private void Worker(object message) => Turn(new WorkerInput(message, null!)); // Nothing acknowledges it here.

        private void Commit(StoreChanges changes)
        {
            Apply(_tasks, changes.Tasks, t => t.Id, changes.DeletedTasks);
            foreach (var row in changes.Configurations)
                _configurations.TryAdd(row.Id, row);
            Apply(_configurations, [], c => c.Id, changes.DeletedConfigurations);
            Apply(_jobs, changes.Jobs, j => j.Key, changes.DeletedJobs);
            Apply(_workers, changes.Workers, w => w.Id, changes.DeletedWorkers);
            Apply(_updates, changes.Updates, u => u.Id, changes.DeletedUpdates);
            Apply(_replies, changes.Replies, r => r.CommandId, changes.DeletedReplies);
        }

        private static void Apply<TKey, TRow>(Dictionary<TKey, TRow> rows, IReadOnlyList<TRow> written, Func<TRow, TKey> key, IReadOnlyList<TKey> deleted)
            where TKey : notnull
        {
            foreach (var row in written)
                rows[key(row)] = row;
            foreach (var k in deleted)
                rows.Remove(k);
        }
    }
}
