using Aurora.Broker.FrontDoor;
using Aurora.Broker.Quotas;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Broker.Updates;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Quotas;

/// <summary>What roles consume is kept with every change of a task or update; here it is held against what the rows say, after whatever came before.</summary>
public sealed class QuotaAccountingTests
{
    private static readonly string[] Tiers = ["preferred", "preemptible", "revocable"];
    private static readonly Gen<(int Kind, int A, int B)[]> GenSteps = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[1, 60];

    [Fact]
    public void WhateverHappens_ConsumptionIsWhatTheRowsSay_AndAFailoverFindsTheSame() => GenSteps.Sample(steps =>
    {
        var world = new MachineWorld();
        foreach (var (kind, a, b) in steps)
        {
            Step(world, kind, a, b);
            Check(world.Machine.State);
        }
    }, iter: 1500);

    [Fact]
    public void WhenNothingIsLeft_NoRoleIsBooked()
    {
        var world = new MachineWorld();
        world.Command(new CreateJob(Guid.NewGuid(), "ann", Job(0, 2, 0)));
        Assert.Equal(new Consumption(2_000_000, 32 << 20, 32 << 20), world.Machine.State.Roles["r0"][ConsumptionKind.ProductionShared]);
        world.Command(new KillTasks(Guid.NewGuid(), "ann", Job(0, 2, 0).Key, null, null));
        Assert.Empty(world.Machine.State.Roles);
    }

    private static void Step(MachineWorld world, int kind, int a, int b)
    {
        var job = Job(a % 3, 1 + (b % 4), b);
        switch (kind)
        {
            case 0: world.Command(new CreateJob(Guid.NewGuid(), "ann", job)); break;
            case 1: world.Command(new KillTasks(Guid.NewGuid(), "ann", job.Key, b % 2 == 0 ? null : [b % 4], null)); break;
            case 2 or 3: world.Command(new StartUpdate(Guid.NewGuid(), "ann", job, b % 3 == 0 ? [0] : null, null)); break;
            case 4: world.Command(new AbortUpdate(Guid.NewGuid(), "ann", job.Key, null)); break;
            case 5: world.Hello(a % 2, cpu: 6); break;
            case 6: world.Advance(TimeSpan.FromSeconds(b)); break;
            case 7: world.Crash(); break;
            default: world.Report(a, b); break;
        }
    }

    // Three jobs of two roles, whose tier, size and dedication depend on the last number.
    private static JobConfiguration Job(int n, int instances, int variant) =>
        Some.Job($"j{n}", instances, service: true, cpu: 1 + (variant % 2), role: $"r{n / 2}") with
        {
            Tier = Tiers[variant % 3],
            Constraints = variant % 5 == 4 ? new Dictionary<string, string> { ["dedicated"] = $"r{n / 2}" } : new Dictionary<string, string>(),
        };

    private static void Check(BrokerState state)
    {
        var expected = new Dictionary<(string Role, ConsumptionKind Kind), Consumption>();
        foreach (var job in state.Jobs.Values)
        {
            var update = job.ActiveUpdate is { } id ? state.Updates[id] : null;
            Assert.True(update is null || update.Status.IsActive());
            foreach (var task in job.Tasks.Select(t => state.Tasks[t]).Where(t => t.State.IsActive() && update?.Instances.Any(i => i.Instance == t.Instance) != true))
                Add((job.Key.Role, state.ConfigurationOf(task).ConsumptionKind), Consumption.Of(state.ConfigurationOf(task).Job.Task.Resources));
            foreach (var kind in update is null ? [] : Enum.GetValues<ConsumptionKind>())
                Add((job.Key.Role, kind), Consumption.Max(Sum(update!.Instances.Select(i => i.InitialConfigurationId), kind), Sum(update.Instances.Select(i => i.TargetConfigurationId), kind)));
        }

        foreach (var role in state.Roles.Keys.Union(expected.Keys.Select(k => k.Role)))
        {
            foreach (var kind in Enum.GetValues<ConsumptionKind>())
                Assert.Equal(expected.GetValueOrDefault((role, kind)), state.Roles[role][kind]);
        }

        Assert.Equal(state.Jobs.Keys.Select(k => k.Role).Distinct().Order(StringComparer.Ordinal), state.Roles.Keys);

        void Add((string, ConsumptionKind) key, Consumption amount) => expected[key] = expected.GetValueOrDefault(key) + amount;

        Consumption Sum(IEnumerable<string?> configurations, ConsumptionKind kind) => configurations.OfType<string>().Select(state.Configuration)
            .Where(c => c.ConsumptionKind == kind).Aggregate(default(Consumption), (sum, c) => sum + Consumption.Of(c.Job.Task.Resources));
    }
}
