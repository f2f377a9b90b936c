using System.Globalization;
using Aurora.EndToEnd.Clusters;
using Aurora.EndToEnd.Surfaces;
using Aurora.TestSupport;

namespace Aurora.EndToEnd;

/// <summary>What every cluster must hold, seen from outside through the module and the command line. One subclass per way to run the product.</summary>
public abstract class ClusterPromises
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    protected abstract Cluster NewCluster();

    [Fact]
    public async Task TheTutorialsWalk_ThroughTheModule()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = $"{cluster.Name}/{Cluster.Role}/devel/hello_world";
        var (file, script) = cluster.TutorialFiles();

        shell.Invoke($"New-AuroraJob {key} {file}").MustSucceed();
        await Eventually.IsTrueAsync("a FAILED task", Patience, () => States(shell, key).Contains("Failed"), () => Describe(shell, key));
        var errors = shell.Invoke($"Get-AuroraTask {key} | Where-Object State -eq 'Failed' | Get-AuroraTaskLog -Process hello_world -Stream stderr").MustSucceed();
        Assert.Contains(errors.Output, l => l.ToString().Contains("NameError: name 'xrang' is not defined", StringComparison.Ordinal));

        await File.WriteAllTextAsync(script, (await File.ReadAllTextAsync(script)).Replace("xrang", "range", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        shell.Invoke($"Update-AuroraJob {key} {file} -Wait").MustSucceed();
        await RunningAsync(shell, key, 1);
        await Eventually.IsTrueAsync("the script's greeting", Patience,
            () => shell.Invoke($"Get-AuroraTaskLog {key} -Process hello_world -Tail 1").MustSucceed().Output is [{ } line]
                && line.ToString().StartsWith("Hello world! The time is now: ", StringComparison.Ordinal));

        shell.Invoke($"Stop-AuroraJob {key} -Confirm:$false").MustSucceed();
        shell.Invoke($"Wait-AuroraJob {key}");
        Assert.Contains("Killed", States(shell, key));
        Assert.Empty(States(shell, key, activeOnly: true));
        Assert.Equal(0, (await cluster.Cli.RunAsync("job", "status", key)).ExitCode);
    }

    [Fact]
    public async Task ATwoInstanceServiceWhoseProcessIsKilledByHand_ComesBack()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("service");
        var file = cluster.JobFile("service", $"echo {{{{mesos.instance}}}} >> {cluster.Shared}/started; exec sleep 1000", service: true, instances: 2);

        shell.Invoke($"New-AuroraJob {key} {file}").MustSucceed();
        await RunningAsync(shell, key, 2);
        var pids = Pids(shell, key);
        Kill(pids[0]);

        await Eventually.IsTrueAsync("another process for the killed one", Patience, () => cluster.Trace("started").Length == 3, () => Describe(shell, key));
        await RunningAsync(shell, key, 2);
        await Eventually.IsTrueAsync("two processes, one of them new", Patience,
            () => Pids(shell, key) is { Count: 2 } now && now.Contains(pids[1]) && !now.Contains(pids[0]), () => Describe(shell, key));
        shell.Invoke($"Stop-AuroraJob {key} -Confirm:$false").MustSucceed();
        await Eventually.IsTrueAsync("both killed", Patience, () => States(shell, key).All(s => s == "Killed"), () => Describe(shell, key));
    }

    [Fact]
    public async Task AJobThatCannotFit_SaysWhyAndRunsWhenALargerWorkerJoins()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("large");

        shell.Invoke($"New-AuroraJob {key} {cluster.JobFile("large", $"echo ran >> {cluster.Shared}/ran", cpu: 16)}").MustSucceed();
        await Eventually.IsTrueAsync("a pending reason that names cores", Patience,
            () => shell.Invoke($"(Get-AuroraTask {key}).PendingReason").MustSucceed().Output is [{ } reason]
                && reason.ToString().Contains("16 core", StringComparison.Ordinal), () => Describe(shell, key));
        Assert.Equal(["Pending"], States(shell, key));

        await cluster.AddLargeWorkerAsync();
        await FinishedAsync(shell, key, 1);
        Assert.Equal(["ran"], cluster.Trace("ran"));
    }

    [Fact]
    public async Task WhenTheBrokerIsKilledBetweenSubmitAndLaunch_EveryTaskRunsOnce()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("burst");
        var file = cluster.JobFile("burst", $"echo {{{{mesos.instance}}}} >> {cluster.Shared}/ran", instances: 200);

        shell.Invoke($"New-AuroraJob {key} {file}").MustSucceed();
        await cluster.KillBrokerAsync();
        var atKill = cluster.Trace("ran").Length;
        await cluster.StartBrokerAsync();

        await FinishedAsync(shell, key, 200);
        var ran = cluster.Trace("ran").Select(l => int.Parse(l, CultureInfo.InvariantCulture)).Order().ToArray();
        Assert.Equal(Enumerable.Range(0, 200), ran);
        Assert.True(atKill < 200, "The broker was killed too late to prove anything.");
    }

    [Fact]
    public async Task WhenTheWorkerIsKilledWhileATaskRuns_TheProcessGoesOnAndItsExitCodeIsTrue()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("adopted");
        var gate = Path.Combine(cluster.Shared, "go");
        var file = cluster.JobFile("adopted", $"echo $$ >> {cluster.Shared}/ran; until [ -e {gate} ]; do sleep 0.1; done; echo done; exit 7");

        shell.Invoke($"New-AuroraJob {key} {file}").MustSucceed();
        await RunningAsync(shell, key, 1);
        await Eventually.IsTrueAsync("the process's trace", Patience, () => cluster.Trace("ran").Length == 1);
        var pid = int.Parse(cluster.Trace("ran")[0], CultureInfo.InvariantCulture);

        await cluster.KillWorkersAsync();
        Assert.True(Directory.Exists($"/proc/{pid}"), "The process ended with the agent.");
        await File.WriteAllTextAsync(gate, "", TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync("the process's end, while no agent is there", Patience, () => !Directory.Exists($"/proc/{pid}"));
        await cluster.StartWorkersAsync();

        await Eventually.IsTrueAsync("FAILED with exit code 7", Patience,
            () => States(shell, key) is ["Failed"] && shell.Invoke($"(Get-AuroraTask {key}).Processes.ExitCode").MustSucceed().Output is [{ } code] && (int)code.BaseObject == 7,
            () => Describe(shell, key));
        Assert.Single(cluster.Trace("ran"));
        Assert.Equal("done", string.Concat(shell.Invoke($"Get-AuroraTaskLog {key} -Process main").MustSucceed().Output.Select(o => o.ToString().Trim())));
    }

    [Fact]
    public async Task WhatATaskLeavesInItsSandbox_IsListedAndReadByteForByte_AndNothingElseIs()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("files");
        var target = Path.Combine(cluster.Shared, "result.bin");
        var file = cluster.JobFile("files", $"mkdir out; head -c 700000 /dev/urandom > out/result.bin; cp out/result.bin {cluster.Shared}/truth; ln -s /etc/passwd way-out; echo one > notes");
        shell.Invoke($"New-AuroraJob {key} {file} -Wait").MustSucceed();

        Assert.Equal(["notes", "out", "way-out"], shell.Invoke($"Get-AuroraTaskFile {key} | Where-Object Name -notlike '.*' | ForEach-Object Name").MustSucceed().Output.Select(o => o.ToString()));
        Assert.Equal("one", Assert.Single(shell.Invoke($"Get-AuroraTask {key} | Get-AuroraTaskFile -Path notes -Content").MustSucceed().Output).ToString());
        shell.Invoke($"Get-AuroraTaskFile {key} -Path out | Get-AuroraTaskFile -OutFile {target}").MustSucceed();
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(cluster.Shared, "truth"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(target, TestContext.Current.CancellationToken));

        Assert.Contains("700000", await cluster.Cli.MustAsync("task", "ls", key, "out"), StringComparison.Ordinal);
        Assert.Equal("one", (await cluster.Cli.MustAsync("task", "cat", $"{key}/0", "notes")).Trim());
        foreach (var path in new[] { "way-out", "../task.json", "/etc/passwd" })
        {
            var (code, output) = await cluster.Cli.RunAsync("task", "cat", key, path);
            Assert.Equal(6, code);
            Assert.Contains("AUR2010", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TheRoleWwwDataRunsAsWwwData()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can run roles as their own users");
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("who");

        shell.Invoke($"New-AuroraJob {key} {cluster.JobFile("who", $"id -un; id -Gn; pwd; umask; env > {cluster.Shared}/env")} -Wait").MustSucceed();

        var lines = shell.Invoke($"Get-AuroraTaskLog {key}").MustSucceed().Output.SelectMany(o => o.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal("www-data", lines[0]);
        Assert.Equal("www-data", lines[1]);
        Assert.Contains("USER=www-data", cluster.Trace("env"));
        Assert.DoesNotContain(cluster.Trace("env"), l => l.StartsWith("AURORA_CONFIG", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnUpdateReplacesInstancesOneAtATimeAndGoesBackWhenTheNewOneFails()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("web");
        const string watch = "update_config: {watch_secs: 1}";

        shell.Invoke($"New-AuroraJob {key} {cluster.JobFile("web", "echo one; exec sleep 1000", service: true, instances: 2, more: watch)}").MustSucceed();
        await RunningAsync(shell, key, 2);

        shell.Invoke($"Update-AuroraJob {key} {cluster.JobFile("web", "echo two; exec sleep 1000", service: true, instances: 2, more: watch)} -Wait").MustSucceed();
        Assert.Equal("two", await LogAsync(shell, key));

        var back = shell.Invoke($"Update-AuroraJob {key} {cluster.JobFile("web", "echo three; exit 3", service: true, instances: 2, more: watch)} -Wait");
        Assert.NotEmpty(back.Errors);
        await RunningAsync(shell, key, 2);
        Assert.Equal("two", await LogAsync(shell, key));
        Assert.Contains("ROLLED_BACK", back.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkersAreDrainedAndResumed_AndAPendingTaskSaysWhyItWaits()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("moved");
        shell.Invoke($"New-AuroraJob {key} {cluster.JobFile("moved", "exec sleep 1000", service: true)}").MustSucceed();
        await RunningAsync(shell, key, 1);

        var drained = shell.Invoke($"Get-AuroraWorker {cluster.Name} | Suspend-AuroraWorker -Force -Message 'new kernel' -Wait -TimeoutSec 60 -PassThru -Confirm:$false | ForEach-Object {{ \"$($_.State) $($_.Id)\" }}").MustSucceed().Output
            .Select(o => o.ToString()).ToList();
        Assert.NotEmpty(drained);
        Assert.All(drained, w => Assert.StartsWith("DRAINED ", w, StringComparison.Ordinal));
        await Eventually.IsTrueAsync("the replacement says what it waits for", Patience,
            () => shell.Invoke($"(Get-AuroraTask {key} -Active).Message").MustSucceed().Output is [{ } why] && why.ToString().Contains("drain", StringComparison.Ordinal), () => Describe(shell, key));
        Assert.Contains("drain", await cluster.Cli.MustAsync("job", "status", key), StringComparison.Ordinal);
        Assert.Contains("DRAINED", await cluster.Cli.MustAsync("worker", "list", cluster.Name), StringComparison.Ordinal);

        await cluster.Cli.MustAsync(["worker", "activate", cluster.Name, .. drained.Select(w => w["DRAINED ".Length..])]);
        await RunningAsync(shell, key, 1);
        Assert.StartsWith("AUR2011,", Assert.Single(shell.Invoke($"Resume-AuroraWorker {cluster.Name} nobody").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProductionJobNeedsItsQuota_AndAConstraintThatNoWorkerMeetsIsNamed()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("paid");
        var file = cluster.JobFile("paid", "exec sleep 1000", service: true, more: "tier: preferred\nconstraints: {rack: r1}");
        shell.Invoke($"Set-AuroraQuota {cluster.Name} {Cluster.Role} -Cpu 0 -Ram 1GB -Disk 1GB").MustSucceed();

        var refusal = Assert.Single(shell.Invoke($"New-AuroraJob {key} {file}").Errors);
        Assert.StartsWith("AUR2012,", refusal.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("CPU", refusal.ToString(), StringComparison.Ordinal);

        await cluster.Cli.MustAsync("quota", "set", $"{cluster.Name}/{Cluster.Role}", "4", "1GB", "1GB");
        shell.Invoke($"New-AuroraJob {key} {file}").MustSucceed();
        Assert.True((double)Assert.Single(shell.Invoke($"(Get-AuroraQuota {cluster.Name} {Cluster.Role}).ProductionShared.Cpu").MustSucceed().Output).BaseObject > 0);
        await Eventually.IsTrueAsync("the constraint is named", Patience,
            () => shell.Invoke($"(Get-AuroraTask {key}).Message").MustSucceed().Output is [{ } why] && why.ToString().Contains("rack", StringComparison.Ordinal), () => Describe(shell, key));
    }

    [Fact]
    public async Task RefusalsHaveTheSameCodeInCmdletAndCommandLine()
    {
        await using var cluster = NewCluster();
        await cluster.StartAsync();
        using var shell = new PowerShellSession();
        var key = cluster.Key("twice");
        var file = cluster.JobFile("twice", "exec sleep 1000");
        shell.Invoke($"New-AuroraJob {key} {file}").MustSucceed();

        await SameRefusalAsync("AUR2001", $"New-AuroraJob {key} {file}", ["job", "create", key, file]);
        await SameRefusalAsync("AUR2002", $"Stop-AuroraJob {cluster.Key("nobody")} -Confirm:$false", ["job", "killall", cluster.Key("nobody")]);
        await SameRefusalAsync("AUR1201", $"New-AuroraJob only/three/parts {file}", ["job", "create", "only/three/parts", file]);
        await SameRefusalAsync("AUR1001", $"New-AuroraJob {key} /nowhere/job.yaml", ["job", "create", key, "/nowhere/job.yaml"]);
        var elsewhere = cluster.JobFile("twice", "true");
        await File.WriteAllTextAsync(elsewhere, (await File.ReadAllTextAsync(elsewhere)).Replace($"cluster: {cluster.Name}", "cluster: nowhere", StringComparison.Ordinal));
        var unknown = $"nowhere/{Cluster.Role}/test/twice";
        await SameRefusalAsync("AUR3001", $"New-AuroraJob {unknown} {elsewhere}", ["job", "create", unknown, elsewhere]);
        await BadFileAsync("AUR1002", "name: [", null);
        await BadFileAsync("AUR1101", "task: {processes: [{name: p, cmdlin: x, cmdline: x}], resources: {cpu: 1, ram: 16MB, disk: 16MB}}", "cmdline");
        await BadFileAsync("AUR1104", "task: {processes: [{name: p, cmdline: x}], resources: {cpu: -1, ram: 16MB, disk: 16MB}}", "task.resources.cpu");
        await BadFileAsync("AUR1301", "enable_hooks: true\ntask: {processes: [{name: p, cmdline: x}], resources: {cpu: 1, ram: 16MB, disk: 16MB}}", "enable_hooks");
        var stranger = $"{cluster.Name}/no-such-user/test/twice";
        var strange = cluster.JobFile("twice", "true");
        await File.WriteAllTextAsync(strange, (await File.ReadAllTextAsync(strange)).Replace($"role: {Cluster.Role}", "role: no-such-user", StringComparison.Ordinal));
        if (Environment.IsPrivilegedProcess)
        {
            await SameRefusalAsync("AUR4001", $"New-AuroraJob {stranger} {strange}", ["job", "create", stranger, strange]);
        }

        async Task BadFileAsync(string code, string yaml, string? says)
        {
            var bad = cluster.JobFileOf("bad", yaml);
            await SameRefusalAsync(code, $"New-AuroraJob {cluster.Key("bad")} {bad}", ["job", "create", cluster.Key("bad"), bad], says);
        }

        async Task SameRefusalAsync(string code, string script, string[] arguments, string? says = null)
        {
            var error = Assert.Single(shell.Invoke(script).Errors);
            Assert.StartsWith($"{code},", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            var (exitCode, output) = await cluster.Cli.RunAsync(arguments);
            Assert.NotEqual(0, exitCode);
            Assert.Contains(code, output, StringComparison.Ordinal);
            if (says is not null)
            {
                Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
                Assert.Contains(says, output, StringComparison.Ordinal);
            }
        }
    }

    internal static async Task RunningAsync(PowerShellSession shell, string key, int count) =>
        await Eventually.IsTrueAsync($"{count} RUNNING", Patience,
            () => States(shell, key, activeOnly: true) is var states && states.Count == count && states.All(s => s == "Running"), () => Describe(shell, key));

    internal static async Task FinishedAsync(PowerShellSession shell, string key, int count) =>
        await Eventually.IsTrueAsync($"{count} FINISHED", TimeSpan.FromSeconds(90),
            () => States(shell, key).Count(s => s == "Finished") == count, () => Describe(shell, key));

    internal static IReadOnlyList<string> States(PowerShellSession shell, string key, bool activeOnly = false) =>
        [.. shell.Invoke($"Get-AuroraTask {key}{(activeOnly ? " -Active" : "")} | ForEach-Object State").MustSucceed().Output.Select(o => o.ToString())];

    private static string Describe(PowerShellSession shell, string key) =>
        string.Join("; ", shell.Invoke($$"""Get-AuroraTask {{key}} | ForEach-Object { "$($_.Instance) $($_.State) $($_.PendingReason) $($_.Events[-1].Message)" }""").Output);

    private static IReadOnlyList<int> Pids(PowerShellSession shell, string key) =>
        [.. shell.Invoke($"Get-AuroraTask {key} -Active | ForEach-Object {{ $_.Processes }} | Where-Object State -eq 'Running' | ForEach-Object Pid")
            .MustSucceed().Output.Where(o => o is not null).Select(o => (int)o.BaseObject)];

    private static async Task<string> LogAsync(PowerShellSession shell, string key)
    {
        var text = "";
        await Eventually.IsTrueAsync("output of instance 0", Patience, () =>
        {
            text = string.Concat(shell.Invoke($"Get-AuroraTaskLog {key} -Instance 0").MustSucceed().Output).Trim();
            return text.Length > 0;
        });
        return text;
    }

    private static void Kill(int pid) => Assert.Equal(0, NativeKill(pid, 9));

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "kill")]
    private static extern int NativeKill(int pid, int signal);
}
