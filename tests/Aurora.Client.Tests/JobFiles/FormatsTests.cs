using System.Text.Json;
using Aurora.Client.JobFiles;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Client.Tests.JobFiles;

public sealed class FormatsTests : IDisposable
{
    private const string Json = """
        // a comment
        { "jobs": [ {
            "cluster": "c1", "role": "www-data", "environment": "devel", "name": "web", "service": true, "instances": 3,
            "constraints": { "host": "limit:1" },
            "task": {
                "processes": [ { "name": "a", "cmdline": "echo {{role}} {{mesos.instance}} {{color}}" }, { "name": "b", "cmdline": "true", "max_failures": 0 } ],
                "constraints": [ { "order": [ "a", "b" ] } ],
                "resources": { "cpu": 0.5, "ram": 1048576, "disk": "8MB" },
            },
        } ] }
        """;

    private const string Yaml = """
        x-small: &small { cpu: 0.5, ram: 1MB, disk: 8388608 }
        jobs:
          - cluster: c1
            role: www-data
            environment: devel
            name: web
            service: true
            instances: 3
            constraints: { host: 'limit:1' }
            task:
              processes:
                - name: a
                  cmdline: echo {{role}} {{mesos.instance}} {{color}}
                - { name: b, cmdline: 'true', max_failures: 0 }
              constraints: [ { order: [ a, b ] } ]
              resources: { <<: *small }
        """;

    private const string Aurora = """
        web = SequentialTask(
          processes = [Process(name = 'a', cmdline = 'echo {{role}} {{mesos.instance}} {{color}}'), Process(name = 'b', cmdline = 'true', max_failures = 0)],
          resources = Resources(cpu = 0.5, ram = 1*MB, disk = 8*MB))
        jobs = [Service(cluster = 'c1', role = 'www-data', environment = 'devel', name = 'web', instances = 3, constraints = {'host': 'limit:1'}, task = web)]
        """;

    private readonly JobFileFixture files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task TheSameJobInEveryFormat_ComesToTheSameJob()
    {
        var json = Written(await files.JobAsync("a.json", Json, ("color", "red")));
        Assert.Contains("echo www-data {{mesos.instance}} red", json, StringComparison.Ordinal);
        Assert.Equal(json, Written(await files.JobAsync("a.yaml", Yaml, ("color", "red"))));
        Assert.Equal(json, Written(await files.JobAsync("a.YML", Yaml, ("color", "red"))));
        Assert.Equal(json, Written(await files.JobAsync("a.aurora", Aurora, ("color", "red"))));
    }

    [Theory]
    [InlineData("a.json", Json, 6)]
    [InlineData("a.yaml", Yaml, 13)]
    [InlineData("a.aurora", Aurora, 2)]
    public async Task AnUnboundVariable_IsReportedWithItsLine(string name, string content, int line)
    {
        var fault = await files.FaultAsync(name, content);
        Assert.Equal((ErrorCodes.UnboundVariable, "task.processes[0].cmdline", line, files[name]), (fault.Code, fault.Field, fault.Line, fault.File));
        Assert.Contains("color", fault.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.json", "{\"cluster\":\"c1\",\"role\":\"www-data\",\n\"environment\":\"devel\",\"name\":\"web\",\n  \"instnces\": 2,\n\"task\":{\"processes\":[{\"name\":\"a\",\"cmdline\":\"x\"}],\"resources\":{\"cpu\":1,\"ram\":\"1MB\",\"disk\":\"1MB\"}}}", 3, 3)]
    [InlineData("a.yaml", "cluster: c1\nrole: www-data\nenvironment: devel\nname: web\ninstnces: 2\ntask: {processes: [{name: a, cmdline: x}], resources: {cpu: 1, ram: 1MB, disk: 1MB}}", 5, 1)]
    [InlineData("a.aurora", "t = SimpleTask('a', 'x')\njobs = []\njobs.append(\n  Job(cluster='c1', role='www-data', environment='devel',\n    name='web', instnces=2, task=t))", 4, null)]
    public async Task AnUnknownField_IsReportedWithItsLineAndTheNearestName(string name, string content, int line, int? column)
    {
        var fault = await files.FaultAsync(name, content);
        Assert.Equal((ErrorCodes.UnknownField, "instnces", line, column), (fault.Code, fault.Field, fault.Line, fault.Column));
        Assert.Contains("'instances'", fault.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.json", "{\"cluster\":\"c1\",\"role\":\"www-data\",\"environment\":\"devel\",\"name\":\"web\",\"task\":{\"processes\":[{\"name\":\"a\",\"cmdline\":\"x\"}],\n\"resources\":{\"cpu\":1,\n  \"ram\":-5,\"disk\":\"1MB\"}}}", 3)]
    [InlineData("a.yaml", "cluster: c1\nrole: www-data\nenvironment: devel\nname: web\ntask:\n  processes: [{name: a, cmdline: x}]\n  resources:\n    cpu: 1\n    ram: -5\n    disk: 1MB", 9)]
    [InlineData("a.aurora", "r = Resources(cpu=1, ram=-5, disk=1*MB)\njobs = [Job(cluster='c1', role='www-data', environment='devel', name='web',\n  task=Task(processes=[Process(name='a', cmdline='x')],\n  resources=r))]", 1)]
    public async Task ANegativeResource_IsReportedWithItsLine(string name, string content, int line)
    {
        var fault = await files.FaultAsync(name, content);
        Assert.Equal(("task.resources.ram", "-5", line), (fault.Field, fault.Value, fault.Line));
        Assert.StartsWith($"{files[name]}:{line}:", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABareJob_AndAListOfJobs_AreFilesToo()
    {
        var bare = await files.ReadAsync("bare.json", Bare("web"));
        Assert.Equal([JobFileFixture.Key], bare.Jobs);
        var list = await files.ReadAsync("list.json", $"[{Bare("web")}, {Bare("other")}]");
        Assert.Equal(["c1/www-data/devel/web", "c1/www-data/devel/other"], list.Jobs.Select(j => j.ToString()));
        Assert.Equal("other", list.Select(list.Jobs[1]).Name);
    }

    [Fact]
    public async Task AJobThatIsNotInTheFile_IsRefusedWithTheKeysThatAre()
    {
        var fault = await files.FaultAsync("a.json", $"[{Bare("one")}, {Bare("two")}]");
        Assert.Equal((ErrorCodes.JobNotInFile, "c1/www-data/devel/web"), (fault.Code, fault.Value));
        Assert.Contains("c1/www-data/devel/one, c1/www-data/devel/two", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AJobWithoutItsWholeKey_SaysWhatIsMissing()
    {
        var error = await files.ErrorAsync("a.json", Bare("web").Replace("\"role\":\"www-data\",", "", StringComparison.Ordinal));
        Assert.Equal(ErrorCodes.JobNotInFile, error.Code);
        Assert.Contains(error.Faults, f => f is { Code: ErrorCodes.RequiredField, Field: "role", Line: 1 });
    }

    [Fact]
    public async Task TwoJobsWithOneKey_AreAmbiguousOnlyWhenSelected()
    {
        var file = await files.ReadAsync("a.json", $"[{Bare("web")},\n{Bare("web")},{Bare("other")}]");
        Assert.Equal("other", file.Select(JobKey.Parse("c1/www-data/devel/other")).Name);
        var fault = Assert.Single(Assert.Throws<AuroraException>(() => file.Select(JobFileFixture.Key)).Faults);
        Assert.Equal(ErrorCodes.JobAmbiguous, fault.Code);
        Assert.Contains("lines 1, 2", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrokenJob_DoesNotStandInTheWayOfAnotherInTheFile()
    {
        var file = await files.ReadAsync("a.json", $"[{Bare("web")}, {Bare("broken").Replace("\"cpu\":1", "\"cpu\":-1", StringComparison.Ordinal)}]");
        Assert.Equal("web", file.Select(JobFileFixture.Key).Name);
        Assert.Throws<AuroraException>(() => file.Select(file.Jobs[1]));
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("a")]
    public async Task AnotherFormat_IsRefused(string name) => Assert.Equal(ErrorCodes.UnknownFileFormat, (await files.FaultAsync(name, Json)).Code);

    [Theory]
    [InlineData("missing.json")]
    [InlineData("missing.aurora")]
    [InlineData("no/such/folder.yaml")]
    public async Task AMissingFile_IsNamed(string name)
    {
        var error = await Assert.ThrowsAsync<AuroraException>(() => new JobFileReader().ReadAsync(files[name], new(), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.FileNotFound, error.Code);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFolder_IsNotAJobFile()
    {
        Directory.CreateDirectory(files["folder.json"]);
        var error = await Assert.ThrowsAsync<AuroraException>(() => new JobFileReader().ReadAsync(files["folder.json"], new(), TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCodes.FileNotFound, error.Code);
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
    }

    private static string Bare(string name) =>
        $$$$"""{"cluster":"c1","role":"www-data","environment":"devel","name":"{{{{name}}}}","task":{"processes":[{"name":"a","cmdline":"x"}],"resources":{"cpu":1,"ram":"1MB","disk":"1MB"}}}""";

    private static string Written(JobConfiguration job) => JsonSerializer.Serialize(job, AuroraJson.Default.JobConfiguration);
}
