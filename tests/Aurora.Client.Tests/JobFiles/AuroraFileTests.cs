using System.Diagnostics;
using System.Text.Json;
using Aurora.Client.JobFiles;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Client.Tests.JobFiles;

/// <summary>How an .aurora file is run, and what people hear when that goes wrong. The language itself is in <see cref="AuroraLanguageTests"/>.</summary>
public sealed class AuroraFileTests : IDisposable
{
    private static readonly JobFileOptions OneSecond = new() { PythonTimeout = TimeSpan.FromSeconds(1) };

    private readonly JobFileFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task TheTutorialsFile_ComesToTheTutorialsJob()
    {
        var folder = Path.Combine(JobFileFixture.RepositoryRoot(), "examples", "hello_world");
        var file = await new JobFileReader().ReadAsync(Path.Combine(folder, "hello_world.aurora"), new(), TestContext.Current.CancellationToken);
        var job = file.Select(JobKey.Parse("devcluster/www-data/devel/hello_world"));

        Assert.True(job.Service);
        Assert.Equal((1.0, 1L << 20, 8L << 20), (job.Task.Resources.Cpu, job.Task.Resources.Ram, job.Task.Resources.Disk));
        Assert.Equal(["fetch_package", "hello_world"], job.Task.Processes.Select(p => p.Name));
        Assert.Equal(["fetch_package", "hello_world"], Assert.Single(job.Task.Constraints).Order);
        Assert.Matches($"^cp {folder}/hello_world.py . && echo [0-9a-f]{{32}} && chmod \\+x hello_world.py$", job.Task.Processes[0].Cmdline);
        Assert.Equal("python3 -u hello_world.py", job.Task.Processes[1].Cmdline);
    }

    [Theory]
    [InlineData("hello_world.yaml")]
    [InlineData("hello_world.json")]
    public async Task TheTutorialsOtherFormats_ComeToTheSameJob(string name)
    {
        var key = JobKey.Parse("devcluster/www-data/devel/hello_world");
        var folder = Path.Combine(JobFileFixture.RepositoryRoot(), "examples", "hello_world");
        var reader = new JobFileReader();
        var python = (await reader.ReadAsync(Path.Combine(folder, "hello_world.aurora"), new(), TestContext.Current.CancellationToken)).Select(key);
        var words = python.Task.Processes[0].Cmdline.Split(' ');
        var bindings = new Dictionary<string, string> { ["pkg_path"] = words[1], ["pkg_checksum"] = words[5] };
        var data = (await reader.ReadAsync(Path.Combine(folder, name), new() { Bindings = bindings }, TestContext.Current.CancellationToken)).Select(key);
        Assert.Equal(JsonSerializer.Serialize(python, AuroraJson.Default.JobConfiguration), JsonSerializer.Serialize(data, AuroraJson.Default.JobConfiguration));
    }

    [Fact]
    public async Task WithoutPython_TheErrorSaysWhatToInstall_AndOtherFormatsWork()
    {
        var fault = await files.FaultAsync("a.aurora", "jobs = []", new() { PythonPath = "python-that-is-not-there" });
        Assert.Equal(ErrorCodes.PythonMissing, fault.Code);
        Assert.Contains("apt-get install python3", fault.Rule, StringComparison.Ordinal);
        Assert.Equal(ErrorCodes.PythonMissing, (await files.FaultAsync("a.aurora", "jobs = []", new() { PythonPath = files["no/python3"] })).Code);
        Assert.Empty((await files.ReadAsync("a.json", "[]", new() { PythonPath = "python-that-is-not-there" })).Jobs);
    }

    [Fact]
    public void AnEmptyPath_HasNoPython() =>
        Assert.Equal(ErrorCodes.PythonMissing, Assert.Throws<AuroraException>(() => Aurora.Client.JobFiles.Python.PythonInterpreter.Find(null, "")).Code);

    [Theory]
    [InlineData("x = 1\nimport os\nos.nosuch()\n", 3, "AttributeError")]
    [InlineData("def f(a):\n  return 1 / a\n\nf(0)\n", 2, "ZeroDivisionError")]
    [InlineData("\nimport json\njson.loads('{')\n", 3, "JSONDecodeError")]
    [InlineData("p = Proces(name='a')", 1, "did you mean 'Process'")]
    [InlineData("x = 1\nraise SystemExit(4)", 2, "exit(4)")]
    [InlineData("import sys\nsys.exit('done')", 2, "exit(done)")]
    [InlineData("def f():\n  f()\nf()", 2, "RecursionError")]
    [InlineData("x = 'a' * 10**11", 1, "memory")]
    [InlineData("order(3)", 1, "order takes processes")]
    [InlineData("include('nothing.aurora')", 1, "nothing.aurora")]
    [InlineData("include('a.aurora')", 1, "circle")]
    [InlineData("x = Job(name='a')\nx('positional')", 2, "TypeError")]
    [InlineData("Job(name='a').bind(x=None)", 1, "Environment values must be")]
    public async Task APythonError_NamesTheUsersOwnLine(string content, int line, string says)
    {
        var fault = await files.FaultAsync("a.aurora", content);
        Assert.Equal((ErrorCodes.PythonFailed, files["a.aurora"], line), (fault.Code, fault.File, fault.Line));
        Assert.Contains(says, fault.Rule, StringComparison.Ordinal);
        Assert.DoesNotContain("<aurora>", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x = (1,\ny = 2", 1)]
    [InlineData("x = 1\nprint 'hello'", 2)]
    [InlineData("def f():\nreturn 1", 2)]
    public async Task ASyntaxError_NamesLineAndColumn(string content, int line)
    {
        var fault = await files.FaultAsync("a.aurora", content);
        Assert.Equal((ErrorCodes.FileSyntax, line), (fault.Code, fault.Line));
        Assert.NotNull(fault.Column);
        Assert.Equal(content.Contains("print ", StringComparison.Ordinal), fault.Rule.Contains("Python 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("job = []", "did you mean 'job'")]
    [InlineData("jobs = 3", "not int")]
    [InlineData("jobs = Job(name='a')", "not Job")]
    [InlineData("jobs = [Task(name='a')]", "jobs[0] must be a Job, not Task")]
    public async Task WithoutAListOfJobs_TheFileIsRefused(string content, string says)
    {
        var fault = await files.FaultAsync("a.aurora", content);
        Assert.Equal(ErrorCodes.PythonFailed, fault.Code);
        Assert.Contains(says, fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnErrorInAnIncludedFile_NamesThatFileAndWhoIncludedIt()
    {
        files.Write("lib/inner.aurora", "x = 1\ny = undefined_name\n");
        files.Write("lib/outer.aurora", "\ninclude('inner.aurora')\n");
        var fault = await files.FaultAsync("a.aurora", "\n\ninclude('lib/outer.aurora')\njobs = []");
        Assert.Equal((files["lib/inner.aurora"], 2), (fault.File, fault.Line));
        Assert.Contains($"included from {files["a.aurora"]}:3, {files["lib/outer.aurora"]}:2", fault.Rule, StringComparison.Ordinal);
        files.Write("lib/inner.aurora", "x = (\n");
        Assert.Equal((ErrorCodes.FileSyntax, files["lib/inner.aurora"]), await CodeAndFileAsync("include('lib/outer.aurora')"));
    }

    [Theory]
    [InlineData("while True: pass")]
    [InlineData("import time\ntime.sleep(100)")]
    [InlineData("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True:\n  try: time.sleep(100)\n  except BaseException: pass")]
    [InlineData("import os\nos.close(1)\nos.close(2)\nwhile True: pass")]
    [InlineData("jobs = (x for x in iter(int, 1) if False)")]
    public async Task AFileThatDoesNotEnd_IsEnded(string content)
    {
        var clock = Stopwatch.StartNew();
        var fault = await files.FaultAsync("a.aurora", content, OneSecond);
        Assert.Equal(ErrorCodes.PythonFailed, fault.Code);
        Assert.Contains("still running after 1 s", fault.Rule, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(25), $"took {clock.Elapsed}");
    }

    [Fact]
    public async Task GivingUp_EndsTheFileWithAllThatItStarted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "uses sh");
        using var stop = new CancellationTokenSource();
        var content = $"import subprocess, time\nsubprocess.run(['/bin/sh', '-c', '(sleep 60 & echo $! > {files["pid"]}.new; mv {files["pid"]}.new {files["pid"]}) & wait'])\ntime.sleep(60)";
        var reading = new JobFileReader().ReadAsync(files.Write("a.aurora", content), new() { PythonTimeout = TimeSpan.FromMinutes(1) }, stop.Token);
        await Eventually.IsTrueAsync("the file has started a grandchild whose parent has ended", TimeSpan.FromSeconds(20), () => File.Exists(files["pid"]));
        var pid = (await File.ReadAllTextAsync(files["pid"], TestContext.Current.CancellationToken)).Trim();
        Assert.True(IsAlive(pid));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await Eventually.IsTrueAsync("the grandchild has ended", TimeSpan.FromSeconds(5), () => !IsAlive(pid));
    }

    [Theory]
    [InlineData("import os\nos._exit(3)", "exit code 3")]
    [InlineData("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "exit code 137")]
    [InlineData("import sys, os\nprint('so long')\nsys.stdout.flush()\nos._exit(0)", "it said last: so long")]
    public async Task WhenPythonEndsWithoutAnAnswer_ThatIsSaid(string content, string says)
    {
        var fault = await files.FaultAsync("a.aurora", content);
        Assert.Equal(ErrorCodes.PythonFailed, fault.Code);
        Assert.Contains(says, fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatPrintsWithoutEnd_IsEnded()
    {
        var fault = await files.FaultAsync("a.aurora", "while True: print('x' * 100000)");
        Assert.Contains("more than 32 MB", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatAFilePrints_IsNoPartOfTheAnswer()
    {
        var file = await files.ReadAsync("a.aurora", "import os, sys\nprint('{\"jobs\": 1}')\nos.write(1, b'raw')\nos.system('echo child')\nsys.stdout.close()\njobs = []");
        Assert.Empty(file.Jobs);
        Assert.Contains("{\"jobs\": 1}", file.Printed, StringComparison.Ordinal);
        Assert.Contains("child", file.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatLeavesAChildBehind_IsReadAtOnce()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "uses sleep");
        var clock = Stopwatch.StartNew();
        Assert.Empty((await files.ReadAsync("a.aurora", "import subprocess\nsubprocess.Popen(['sleep', '30'])\njobs = []")).Jobs);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(25), $"took {clock.Elapsed}");
    }

    [Fact]
    public async Task StandardInput_IsAtItsEnd()
    {
        var file = await files.ReadAsync("a.aurora", "import sys\nassert sys.stdin.read() == ''\njobs = []");
        Assert.Empty(file.Jobs);
    }

    [Fact]
    public async Task AMalformedBindName_IsRefused()
    {
        var fault = await files.FaultAsync("a.aurora", "jobs = []", new() { Bindings = new Dictionary<string, string> { ["a b"] = "1" } });
        Assert.Equal("bind", fault.Field);
        Assert.Contains("a b", fault.Value, StringComparison.Ordinal);
    }

    private static bool IsAlive(string pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    private async Task<(string, string?)> CodeAndFileAsync(string content)
    {
        var fault = await files.FaultAsync("a.aurora", content);
        return (fault.Code, fault.File);
    }
}
