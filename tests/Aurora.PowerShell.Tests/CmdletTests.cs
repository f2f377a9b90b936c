using System.Management.Automation;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.PowerShell.Tests;

[Collection(Session.OneAfterTheOther)]
public sealed class CmdletTests : IAsyncDisposable
{
    private readonly StubBroker broker = Some.Broker();
    private readonly Session session;

    public CmdletTests() => session = new Session(broker);

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await broker.DisposeAsync();
    }

    [Fact]
    public void NewAuroraJob_SendsTheJobOfTheFile_AndGivesTheJob()
    {
        var (output, errors) = session.Run($"New-AuroraJob {Some.Key} {session.FileWith("job.json", Some.JobFile)}");
        Assert.Empty(errors);
        Assert.Equal(Some.Key, Assert.IsType<JobSummary>(Assert.Single(output).BaseObject).Key);
        Assert.Equal("sleep 1", Assert.Single(broker.Requests.OfType<CreateJob>()).Job.Task.Processes[0].Cmdline);
    }

    [Fact]
    public void NewAuroraJob_TakesAFileRelativeToPowerShellsLocation()
    {
        var file = session.FileWith("here.json", Some.JobFile);
        Assert.Empty(session.Run($"$null = $ExecutionContext.SessionState.Path.SetLocation('{Path.GetDirectoryName(file)}'); New-AuroraJob {Some.Key} ./here.json").Errors);
    }

    [Fact]
    public void NewAuroraJob_TakesAHashtable_WithTheKeysPartsAndBindings()
    {
        var (_, errors) = session.Run($$$"""
            New-AuroraJob {{{Some.Key}}} -Bind @{ 'profile.word' = 'hi' } -Configuration @{
                instances = 2
                task = @{ processes = @(@{ name = 'say'; cmdline = 'echo {{profile.word}}' }); resources = @{ cpu = 0.5; ram = '16MB'; disk = '16MB' } }
            }
            """);
        Assert.Empty(errors);
        var job = Assert.Single(broker.Requests.OfType<CreateJob>()).Job;
        Assert.Equal((Some.Key, 2, "echo hi", 0.5, 16L << 20), (job.Key, job.Instances, job.Task.Processes[0].Cmdline, job.Task.Resources.Cpu, job.Task.Resources.Ram));
    }

    [Fact]
    public void AJobThatWasRead_CanBeSubmittedAgain()
    {
        Assert.Empty(session.Run($"Get-AuroraJob {Some.Key} | New-AuroraJob").Errors);
        Assert.Equal(Some.Key, Assert.Single(broker.Requests.OfType<CreateJob>()).Job.Key);
    }

    [Theory]
    [InlineData("New-AuroraJob stub/www-data/devel/taken -Configuration @{ task = @{ processes = @(@{ name = 'a'; cmdline = 'true' }); resources = @{ cpu = 1; ram = '16MB'; disk = '16MB' } } }",
        "AUR2001,Aurora.PowerShell.Commands.NewAuroraJobCommand", ErrorCategory.ResourceExists)]
    [InlineData("New-AuroraJob stub/x /nowhere.json", "AUR1201,Aurora.PowerShell.Commands.NewAuroraJobCommand", ErrorCategory.InvalidArgument)]
    [InlineData("New-AuroraJob stub/www-data/devel/x /nowhere.json", "AUR1001,Aurora.PowerShell.Commands.NewAuroraJobCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("New-AuroraJob -Configuration @{ nmae = 'x' }", "AUR1101,Aurora.PowerShell.Commands.NewAuroraJobCommand", ErrorCategory.InvalidData)]
    [InlineData("Stop-AuroraJob stub/www-data/devel/nobody -Confirm:$false", "AUR2002,Aurora.PowerShell.Commands.StopAuroraJobCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-AuroraJob nowhere", "AUR3001,Aurora.PowerShell.Commands.GetAuroraJobCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-AuroraJob stub/www-data/devel/none", "AUR2002,Aurora.PowerShell.Commands.GetAuroraJobCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-AuroraTask stub/www-data/devel/none -Instance 3", "AUR2005,Aurora.PowerShell.Commands.GetAuroraTaskCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-AuroraTaskLog stub/www-data/devel/none", "AUR2005,Aurora.PowerShell.Commands.GetAuroraTaskLogCommand", ErrorCategory.ObjectNotFound)]
    [InlineData("Get-AuroraTaskLog stub/www-data/devel/hello -TaskId a/b", "AUR1202,Aurora.PowerShell.Commands.GetAuroraTaskLogCommand", ErrorCategory.InvalidArgument)]
    [InlineData("Update-AuroraJob -Wait -Configuration (Get-AuroraJob stub/www-data/devel/hello).Configuration", "AUR4005,Aurora.PowerShell.Commands.UpdateAuroraJobCommand", ErrorCategory.InvalidResult)]
    public void AnError_HasItsStableIdCategoryAndAdvice(string script, string id, ErrorCategory category)
    {
        var error = Assert.Single(session.Run(script).Errors);
        Assert.Equal((id, category), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.StartsWith(id[..7], error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TroubleWithOneItem_DoesNotKeepTheOthersBack()
    {
        var (output, errors) = session.Run("'stub/www-data/devel/none', 'stub/www-data/devel/hello' | ForEach-Object { [pscustomobject]@{ JobKey = $_ } } | Get-AuroraJob");
        Assert.StartsWith("AUR2002", Assert.Single(errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(output);
    }

    [Fact]
    public void WhatIf_SendsNothing()
    {
        session.Run($"New-AuroraJob {Some.Key} {session.FileWith("job.json", Some.JobFile)} -WhatIf; Stop-AuroraJob {Some.Key} -WhatIf");
        Assert.Empty(broker.Requests);
    }

    [Fact]
    public void JobsAndTasks_BindByPropertyName()
    {
        Assert.Empty(session.Run($"Get-AuroraJob stub | Stop-AuroraJob -Confirm:$false; Get-AuroraTask {Some.Key} | Stop-AuroraJob -Confirm:$false -Message enough").Errors);
        var kills = broker.Requests.OfType<KillTasks>().ToArray();
        Assert.Null(kills[0].Instances);
        Assert.Equal((Some.Key, "enough"), (kills[1].Job, kills[1].Message));
        Assert.Equal([0], kills[1].Instances);
    }

    [Fact]
    public void Wildcards_GoToTheBroker_AndFindingNothingIsNoError()
    {
        var (output, errors) = session.Run("Get-AuroraJob stub/www-data/*/hel*");
        Assert.Empty(errors);
        Assert.Single(output);
        var request = Assert.Single(broker.Requests.OfType<GetJobs>());
        Assert.Equal(("www-data", null, "hel*"), (request.Role, request.Environment, request.Name));
    }

    [Theory]
    [InlineData("", new[] { "one", "two", "thr\u00e9e" })]
    [InlineData("-Tail 2", new[] { "two", "thr\u00e9e" })]
    [InlineData("-Tail 1 -Follow", new[] { "thr\u00e9e" })]
    public void ALog_ComesLineByLine(string options, string[] expected)
    {
        var (output, errors) = session.Run($"Get-AuroraTask {Some.Key} | Get-AuroraTaskLog -Process hello -Stream stderr {options}");
        Assert.Empty(errors);
        Assert.Equal(expected, output.Select(o => Assert.IsType<string>(o.BaseObject)));
        Assert.All(broker.Requests.OfType<ReadTaskLog>(), r => Assert.Equal(("hello", "stderr", "www-data-devel-hello-0-x"), (r.Process, r.Stream, r.TaskId.Value)));
    }

    [Fact]
    public void AWaitThatTakesTooLong_IsATimeout()
    {
        var error = Assert.Single(session.Run($"Wait-AuroraJob {Some.Key} -TimeoutSec 1").Errors);
        Assert.Equal("AUR3003,Aurora.PowerShell.Commands.WaitAuroraJobCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task WaitingForAJobThatFails_IsAnErrorThatSaysWhy()
    {
        await using var failing = Some.Broker(TaskState.Failed);
        using var other = new Session(failing);
        var (output, errors) = other.Run($"Wait-AuroraJob {Some.Key}");
        Assert.Equal("AUR4005,Aurora.PowerShell.Commands.WaitAuroraJobCommand", Assert.Single(errors).FullyQualifiedErrorId);
        Assert.Contains("exit code 7", errors[0].ToString(), StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task CtrlC_EndsAWaitAtOnce()
    {
        using var shell = session.Shell();
        var waiting = shell.AddScript($"Wait-AuroraJob {Some.Key}").InvokeAsync();
        await Aurora.TestSupport.Eventually.IsTrueAsync("the wait has begun", TimeSpan.FromSeconds(20), () => broker.Requests.OfType<GetTasks>().Any());
        await shell.StopAsync(null, null);
        await Assert.ThrowsAnyAsync<PipelineStoppedException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
