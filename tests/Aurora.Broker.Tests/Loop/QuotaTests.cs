using Aurora.Broker.Tests.Support;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Broker.Tests.Loop;

/// <summary>Quotas as people meet them (aurora-spec section 8.1). Each job of <see cref="Some"/> has one core, 16 MB memory and 16 MB disk an instance.</summary>
public sealed class QuotaTests
{
    private const string Role = "www-data";

    [Fact]
    public async Task WithoutAGrant_AProductionJobIsRefused_AndAPreemptibleOneIsNot()
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = await cluster.CreateAsync(Production("web", 2));
        Assert.Equal(ErrorCodes.QuotaExceeded, refused.ErrorCode);
        Assert.Contains("CPU quota exceeded by 2.00 core(s); RAM quota exceeded by 32.00 MB; disk quota exceeded by 32.00 MB", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await cluster.TasksAsync(Production("web").Key));
        Assert.Empty((await cluster.Store.LoadAsync(default)).Configurations);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Some.Job("batch", instances: 50))).Code);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Some.Job("spare") with { Tier = "revocable" })).Code);
    }

    [Fact]
    public async Task WhenAQuotaIsGranted_ItIsUsedUpToTheLastBit_AndFreedByAKill()
    {
        await using var cluster = await TestCluster.StartAsync();
        Assert.Equal(ReplyCode.Ok, (await SetAsync(cluster, 3)).Code);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Production("web", 2))).Code);
        Assert.Equal(ErrorCodes.QuotaExceeded, (await cluster.CreateAsync(Production("more", 2))).ErrorCode);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Production("more", 1))).Code);
        var quota = await QuotaAsync(cluster);
        Assert.Equal((Amount(3), Amount(3), QuotaAmount.Zero), (quota.Quota, quota.ProductionShared, quota.NonProductionShared));
        await cluster.KillAsync(Production("web").Key);
        Assert.Equal(Amount(1), (await QuotaAsync(cluster)).ProductionShared);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Production("web", 2))).Code);
    }

    [Fact]
    public async Task WhatIsUsedIsToldByKind_AlsoAfterAFailover()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, 4);
        await cluster.CreateAsync(Production("web", 2));
        await cluster.CreateAsync(Some.Job("batch", instances: 3));
        await cluster.CreateAsync(Some.Job("spare", instances: 1) with { Tier = "revocable" });
        var before = await QuotaAsync(cluster);
        Assert.Equal((Amount(2), Amount(4)), (before.ProductionShared, before.NonProductionShared));
        await cluster.RestartBrokerAsync();
        Assert.Equal(before, await QuotaAsync(cluster));
    }

    [Fact]
    public async Task WhenAnUpdateWouldUseMore_ItIsRefused_AndNothingOfItIsLeft()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, 2);
        await cluster.CreateAsync(Production("web", 2));
        var refused = await cluster.UpdateAsync(Production("web", 3));
        Assert.Equal(ErrorCodes.QuotaExceeded, refused.ErrorCode);
        Assert.Contains("CPU quota exceeded by 1.00 core(s)", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await cluster.UpdatesAsync(Production("web").Key));
        Assert.Equal(ReplyCode.Ok, (await cluster.UpdateAsync(Production("web", 2, command: "v2"))).Code);
    }

    [Fact]
    public async Task WhileAnUpdateIsActive_TheGreaterOfBothSidesCounts_SoThatItsWayBackIsAlwaysThere()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, 4);
        var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Production("web", 4, maxFailures: 0));
        for (var i = 0; i < 4; i++)
            await worker.ReportAsync((await worker.NextAsync<LaunchTask>()).TaskId, TaskState.Running);
        Assert.Equal(ReplyCode.Ok, (await cluster.UpdateAsync(Production("web", 1, command: "v2", maxFailures: 0))).Code);
        Assert.Equal(Amount(4), (await QuotaAsync(cluster)).ProductionShared);

        var replaced = await worker.NextAsync<KillTask>();
        await worker.ReportAsync(replaced.TaskId, TaskState.Killed);
        Assert.Equal(Amount(4), (await QuotaAsync(cluster)).ProductionShared);
        Assert.Equal(ErrorCodes.QuotaExceeded, (await cluster.CreateAsync(Production("thief", 1))).ErrorCode);
        Assert.Equal(ErrorCodes.QuotaExceeded, (await SetAsync(cluster, 3)).ErrorCode);

        await worker.ReportAsync((await worker.NextAsync<LaunchTask>()).TaskId, TaskState.Failed);
        await Eventually.IsTrueAsync("the update went back", TimeSpan.FromSeconds(20), async () =>
        {
            foreach (var sent in worker.Received())
            {
                if (sent is KillTask kill)
                    await worker.ReportAsync(kill.TaskId, TaskState.Killed);
                else if (sent is LaunchTask launch)
                    await worker.ReportAsync(launch.TaskId, TaskState.Running);
            }

            return (await cluster.UpdatesAsync(Production("web").Key))[0].Status == "ROLLED_BACK";
        });
        Assert.Equal(Amount(4), (await QuotaAsync(cluster)).ProductionShared);
    }

    [Fact]
    public async Task AQuotaBelowWhatIsUsed_OrNegative_IsRefused()
    {
        await using var cluster = await TestCluster.StartAsync();
        await SetAsync(cluster, 3);
        await cluster.CreateAsync(Production("web", 3));
        var refused = await SetAsync(cluster, 1);
        Assert.Equal(ErrorCodes.QuotaExceeded, refused.ErrorCode);
        Assert.Contains("CPU quota exceeded by 2.00 core(s)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Amount(3), (await QuotaAsync(cluster)).Quota);
        Assert.Equal(ReplyCode.Ok, (await SetAsync(cluster, 3)).Code);

        var wrong = await cluster.SendAsync(new SetQuota(Guid.NewGuid(), "ann", "a role", new QuotaAmount(-1, -1, 1L << 61)));
        Assert.Equal(["role", "quota.cpu", "quota.ram", "quota.disk"], wrong.Faults.Select(f => f.Field));
        Assert.Equal(ErrorCodes.RequiredField, (await cluster.SendAsync(new SetQuota(Guid.NewGuid(), "ann", Role, null!))).ErrorCode);
    }

    [Fact]
    public async Task ASetQuotaThatIsRepeated_AnswersTheSame_AndSurvivesAFailover()
    {
        await using var cluster = await TestCluster.StartAsync();
        var command = new SetQuota(Guid.NewGuid(), "ann", Role, Amount(2));
        var first = await cluster.SendAsync(command);
        await cluster.RestartBrokerAsync();
        Assert.Equal(first.Message, (await cluster.SendAsync(command)).Message);
        Assert.Equal(Amount(2), (await QuotaAsync(cluster)).Quota);
    }

    [Fact]
    public async Task QuotasArePaged_InTheOrderOfRoles_WithThoseThatHaveJobs()
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var role in new[] { "d", "b" })
            await SetAsync(cluster, 1, role);
        foreach (var role in new[] { "c", "a", "b" })
            await cluster.CreateAsync(Some.Job(role: role));

        var roles = new List<string>();
        for (string? after = null; ;)
        {
            var page = await cluster.ReadAsync<QuotaPage>(new GetQuotas(Guid.NewGuid(), "ann", null, after, 3));
            roles.AddRange(page.Quotas.Select(q => q.Role));
            if ((after = page.Next) is null)
                break;
        }

        Assert.Equal(["a", "b", "c", "d"], roles);
        Assert.Equal(["d"], (await cluster.ReadAsync<QuotaPage>(new GetQuotas(Guid.NewGuid(), "ann", "d*", null, 10))).Quotas.Select(q => q.Role));
        Assert.Equal(Role, Assert.Single((await cluster.ReadAsync<QuotaPage>(new GetQuotas(Guid.NewGuid(), "ann", Role, null, 10))).Quotas).Role);
        Assert.Equal(ErrorCodes.InvalidArgument, (await cluster.SendAsync(new GetQuotas(Guid.NewGuid(), "ann", null, null, 0))).ErrorCode);
    }

    [Fact]
    public async Task TheDefaultQuotaIsForRolesWithoutAGrant()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { DefaultQuota = Amount(2) });
        Assert.Equal(Amount(2), (await QuotaAsync(cluster)).Quota);
        Assert.Equal(ErrorCodes.QuotaExceeded, (await cluster.CreateAsync(Production("web", 3))).ErrorCode);
        Assert.Equal(ReplyCode.Ok, (await cluster.CreateAsync(Production("web", 2))).Code);
        await cluster.KillAsync(Production("web").Key);
        await SetAsync(cluster, 0);
        Assert.Equal(ErrorCodes.QuotaExceeded, (await cluster.CreateAsync(Production("web", 1))).ErrorCode);
    }

    [Fact]
    public async Task AJobKeepsTheTierThatItGot_AndSayingTheSameInOtherWordsIsNoChange()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { DefaultQuota = Amount(9) });
        var job = Some.Job("web", service: true);
        await cluster.CreateAsync(job with { Production = true });
        var stored = Assert.Single((await cluster.ReadAsync<JobPage>(new GetJobs(Guid.NewGuid(), "ann", null, null, null, null, 10))).Jobs).Configuration;
        Assert.Equal(("preferred", true), (stored.Tier, stored.Production));
        Assert.Contains("unchanged", (await cluster.UpdateAsync(job with { Tier = "preferred" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownTierIsRefusedAtTheFrontDoor()
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = await cluster.CreateAsync(Some.Job() with { Tier = "gold" });
        Assert.Equal(ErrorCodes.UnknownTier, refused.ErrorCode);
        Assert.Contains("preemptible, preferred, revocable", refused.Message, StringComparison.Ordinal);
    }

    private static JobConfiguration Production(string name, int instances = 1, string command = "true", int maxFailures = 1)
    {
        var job = Some.Job(name, instances, service: true, command: command);
        return job with { Tier = "preferred", UpdateConfig = job.UpdateConfig with { MaxPerShardFailures = maxFailures } };
    }

    private static QuotaAmount Amount(int instances) => new(instances, instances * (16L << 20), instances * (16L << 20));

    private static Task<Reply> SetAsync(TestCluster cluster, int instances, string role = Role) => cluster.SendAsync(new SetQuota(Guid.NewGuid(), "ann", role, Amount(instances)));

    private static async Task<QuotaSummary> QuotaAsync(TestCluster cluster, string role = Role) =>
        Assert.Single((await cluster.ReadAsync<QuotaPage>(new GetQuotas(Guid.NewGuid(), "ann", role, null, 1))).Quotas);
}
