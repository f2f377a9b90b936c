using System.Management.Automation;
using Aurora.Core.Messages;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.PowerShell.Tests;

/// <summary>The cmdlets for workers and quotas: what they send, what they give, how they fail.</summary>
[Collection(Session.OneAfterTheOther)]
public sealed class WorkerCmdletTests : IAsyncDisposable
{
    private readonly StubBroker broker = Some.Broker();
    private readonly Session session;

    public WorkerCmdletTests() => session = new Session(broker);

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await broker.DisposeAsync();
    }

    [Fact]
    public void GetAuroraWorker_GivesWorkersThatKnowTheirCluster_AndShowTheirState()
    {
        var (output, errors) = session.Run("Get-AuroraWorker | ForEach-Object { \"$($_.Cluster) $($_.Id) $($_.State) $($_.Tasks)\" }");
        Assert.Empty(errors);
        Assert.Equal("stub worker-1 DRAINED 2", Assert.Single(output).ToString());
        Assert.Null(Assert.Single(broker.Requests.OfType<GetWorkers>()).Name);
    }

    [Fact]
    public void SuspendAuroraWorker_TakesWorkersFromThePipeline_AndWaits()
    {
        var (output, errors) = session.Run("Get-AuroraWorker stub web-* | Suspend-AuroraWorker -Message 'new kernel' -Percentage 90 -DurationSec 60 -DrainTimeoutSec 3600 -Wait -PassThru -Confirm:$false");
        Assert.Empty(errors);
        var drain = Assert.Single(broker.Requests.OfType<DrainWorkers>());
        Assert.Equal(("worker-1", "new kernel", 3600, 90.0, 60), (Assert.Single(drain.Workers), drain.Message, drain.TimeoutSecs, drain.DefaultPolicy!.Percentage, drain.DefaultPolicy.DurationSecs));
        Assert.Equal(MaintenanceMode.Drained, Assert.IsType<WorkerSummary>(Assert.Single(output).BaseObject).Mode);
    }

    [Theory]
    [InlineData("", null, null, null)]
    [InlineData("-Force", 0, null, null)]
    [InlineData("-DurationSec 600", null, 95.0, null)]
    [InlineData("-Count 3", null, null, 3)]
    public void SuspendAuroraWorker_SaysHowItDrains(string options, int? timeout, double? percentage, int? count)
    {
        Assert.Empty(session.Run($"Suspend-AuroraWorker stub worker-1 {options} -Confirm:$false").Errors);
        var drain = Assert.Single(broker.Requests.OfType<DrainWorkers>());
        Assert.Equal((timeout, percentage, count), (drain.TimeoutSecs, drain.DefaultPolicy?.Percentage, drain.DefaultPolicy?.Count));
    }

    [Fact]
    public void SuspendAuroraWorker_CanOnlyAnnounce_AndResumeEndsIt()
    {
        Assert.Empty(session.Run("Suspend-AuroraWorker stub worker-1, host-2 -ScheduleOnly -Confirm:$false; Resume-AuroraWorker stub worker-1").Errors);
        Assert.Equal(["worker-1", "host-2"], Assert.Single(broker.Requests.OfType<DeactivateWorkers>()).Workers);
        Assert.Equal(["worker-1"], Assert.Single(broker.Requests.OfType<ActivateWorkers>()).Workers);
        Assert.Empty(broker.Requests.OfType<DrainWorkers>());
    }

    [Fact]
    public void Quotas_AreReadAndSet_WithAmountsAsNumbersOrText()
    {
        var (output, errors) = session.Run("Set-AuroraQuota stub www-data -Cpu 40 -Ram 64GB -Disk '1.5 TB'; Get-AuroraQuota stub www-* | ForEach-Object { \"$($_.Cluster) $($_.Role)\" }");
        Assert.Empty(errors);
        Assert.Equal(new QuotaAmount(40, 64L << 30, (1L << 40) * 3 / 2), Assert.Single(broker.Requests.OfType<SetQuota>()).Quota);
        Assert.Equal("stub www-*", Assert.Single(output).ToString());
    }

    [Theory]
    [InlineData("Get-AuroraWorker stub none", "AUR2011,Aurora.PowerShell.Commands.GetAuroraWorkerCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Suspend-AuroraWorker stub nobody -Confirm:$false", "AUR2011,Aurora.PowerShell.Commands.SuspendAuroraWorkerCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Set-AuroraQuota stub greedy -Cpu 1 -Ram 1GB -Disk 1GB", "AUR2012,Aurora.PowerShell.Commands.SetAuroraQuotaCommand", ErrorCategory.QuotaExceeded)]
    [InlineData("Set-AuroraQuota stub x -Cpu 1 -Ram much -Disk 1GB", "AUR1202,Aurora.PowerShell.Commands.SetAuroraQuotaCommand", ErrorCategory.InvalidArgument)]
    public void AnError_HasItsStableIdAndCategory(string script, string id, ErrorCategory category)
    {
        var error = Assert.Single(session.Run(script).Errors);
        Assert.Equal((id, category), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void WhatIf_SendsNothing()
    {
        session.Run("Suspend-AuroraWorker stub worker-1 -WhatIf; Resume-AuroraWorker stub worker-1 -WhatIf; Set-AuroraQuota stub x -Cpu 1 -Ram 1GB -Disk 1GB -WhatIf");
        Assert.Empty(broker.Requests);
    }
}
