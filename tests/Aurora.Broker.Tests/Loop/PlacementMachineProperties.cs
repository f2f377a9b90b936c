using Aurora.Broker.FrontDoor;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Scheduling.Matching;
using Aurora.Broker.State;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using CsCheck;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>
/// Whatever comes and goes: no worker holds too much, no task is placed beyond a limit, and when the loop comes to rest nothing waits that some worker could take. The last
/// one is what the groups that lie aside could break: they are looked at again only where something changed.
/// </summary>
public sealed class PlacementMachineProperties
{
    private static readonly string[] Constraints = ["", "", "rack=a", "rack=!a", "rack=limit:1", "host=limit:1;rack=limit:2", "rack=limit:2", "dedicated=www-data/x", "dedicated=www-data/x;host=limit:1"];
    private static readonly string[] Attributes = ["rack=a", "rack=a,b", "rack=b", "", "rack=c;dedicated=www-data/x", "rack=c"];
    private static readonly Gen<(int, int, int)[]> GenSteps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1000], Gen.Int[0, 1000]).Array[1, 60];

    [Fact]
    public void AtEveryMomentLimitsAndAmountsHold_AndAtRestNothingWaitsThatFitsSomewhere() => GenSteps.Sample(steps =>
    {
        var driver = new MachineDriver(new PlacementOptions { MaxPerTurn = 2, MaxLooksPerTurn = 5 });
        var seen = new HashSet<TaskId>();
        foreach (var (kind, a, b) in steps)
        {
            Step(driver, kind, a, b);
            CheckAlways(driver.State, seen);
            for (var turns = 0; driver.Machine.HasMore; turns++)
            {
                Assert.True(turns < 1000);
                driver.OneTurn();
                CheckAlways(driver.State, seen);
            }

            CheckAtRest(driver.State);
        }
    }, iter: 500);

    private static void Step(MachineDriver driver, int kind, int a, int b)
    {
        switch (kind)
        {
            case 0 or 1 or 2:
                driver.OneTurn(MachineDriver.CreateInput(Job(a, b)));
                break;
            case 3 or 4:
                driver.OneTurn(MachineDriver.HelloInput($"w{a % 6}", 1 + (b % 4), Attributes[b / 4 % 6], ports: a % 3 == 0 ? 3 : null));
                break;
            case 5:
                driver.OneTurn(new CommandInput(new CallRequest(Guid.NewGuid()), new KillTasks(Guid.NewGuid(), "ann", Job(a, b).Key, null, null), "digest", null, null));
                break;
            case 6 when driver.State.Workers.ContainsKey(new WorkerId($"w{a % 6}")):
                driver.SetMode($"w{a % 6}", (MaintenanceMode)(b % 4));
                break;
            case 7 when driver.State.PendingGroups.Count > 0:
                var group = driver.State.PendingGroups.ElementAt(b % driver.State.PendingGroups.Count);
                driver.State.PutReservation(new ReservationRecord(new WorkerId($"w{a % 6}"), group.Job, group.ConfigurationId, driver.Now));
                break;
            case 8:
                driver.State.DeleteReservation(new WorkerId($"w{a % 6}"));
                break;
            default:
                End(driver, a, b);
                break;
        }
    }

    private static void End(MachineDriver driver, int a, int b)
    {
        var held = driver.State.Tasks.Values.Where(t => t.State.IsOnWorker()).OrderBy(t => t.Job.Name, StringComparer.Ordinal).ThenBy(t => t.Instance).ToList();
        TaskState[] said = [TaskState.Finished, TaskState.Killed, TaskState.Lost, TaskState.Running, TaskState.Failed];
        if (held.Count > 0)
            driver.Report(held[a % held.Count], said[b % said.Length]);
    }

    private static JobConfiguration Job(int a, int b)
    {
        var i = a % 12;
        var job = Some.Job($"j{i}", instances: 1 + (i % 4), service: i % 2 == 0, cpu: 0.5 * (1 + (i % 3)), command: i % 5 == 0 ? "{{thermos.ports[x]}}" : "true") with
        {
            Constraints = SomeWorkers.Attributes(Constraints[i % Constraints.Length]), Priority = b % 2,
            Placement = i % 3 == 0 ? new PlacementConfiguration { Strategy = "pack", By = i % 2 == 0 ? "rack" : null } : null,
        };
        return job.Constraints.ContainsKey("dedicated") ? job with { Announce = new AnnounceConfiguration { Portmap = new Dictionary<string, string> { ["web"] = "80" } } } : job;
    }

    private static void CheckAlways(BrokerState state, HashSet<TaskId> seen)
    {
        foreach (var worker in state.Workers.Values)
        {
            var held = state.Tasks.Values.Where(t => t.State.IsOnWorker() && t.Worker == worker.Record.Id).ToList();
            Assert.Equal(held.Aggregate(default(Capacity), (sum, t) => sum + state.ConfigurationOf(t).Need), worker.Used);
            Assert.Equal(worker.Free, state.Index.FreeOf(worker.Slot));
            Assert.Equal(worker.Standing, state.Index.StandingOf(worker.Slot));
            var ports = held.SelectMany(t => state.ConfigurationOf(t).Demand.StaticPorts).ToList();
            Assert.Equal(ports.Distinct().Count(), ports.Count);
        }

        // A worker that changes its rack may bring more tasks there than the limit: what counts is that none is placed beyond it.
        foreach (var task in state.Tasks.Values.Where(t => t.State.IsOnWorker() && seen.Add(t.Id)))
        {
            foreach (var limit in state.ConfigurationOf(task).Demand.Limits)
            {
                foreach (var value in state.Workers[task.Worker!.Value].Attributes[limit.Attribute])
                    Assert.True(Count(state, task.Job, limit.Attribute, value) <= limit.Limit);
            }
        }
    }

    private static void CheckAtRest(BrokerState state)
    {
        foreach (var group in state.PendingGroups)
        {
            foreach (var worker in state.Workers.Values)
            {
                var verdict = Matcher.Check(group.Configuration.Demand, state.Index.View(worker.Slot, group.Job, group.ConfigurationId), (attribute, value) => Count(state, group.Job, attribute, value));
                Assert.False(verdict.Fits);
            }
        }
    }

    private static int Count(BrokerState state, JobKey job, string attribute, string value) => state.Tasks.Values.Count(t =>
        t.Job == job && t.State.IsOnWorker() && state.Workers[t.Worker!.Value].Attributes[attribute].Contains(value));
}
