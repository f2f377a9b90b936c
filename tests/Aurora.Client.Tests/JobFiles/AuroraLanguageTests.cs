using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Client.Tests.JobFiles;

/// <summary>The language of .aurora files, rule by rule (aurora-spec appendix B); the numbers are its rules.</summary>
public sealed class AuroraLanguageTests : IDisposable
{
    private const string Prelude = """
        R = Resources(cpu=1, ram=1*MB, disk=1*MB)
        def job(cmdline='x', **fields):
          fields.setdefault('task', Task(processes=[Process(name='p', cmdline=cmdline)], resources=R))
          return Job(cluster='c1', role='www-data', environment='devel', name='web')(**fields)

        """;

    private readonly JobFileFixture files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("{{name}} {{role}} {{cluster}} {{environment}} {{instances}}", "p www-data c1 devel 1")] // 6, 8
    [InlineData("{{processes[0].name}} {{task.processes[0].max_failures}} {{update_config.batch_size}} {{resources.ram}}", "p 1 1 1048576")] // 8
    [InlineData("{{self.max_failures}} {{super.name}} {{super.finalization_wait}}", "1 web 30")] // 13
    [InlineData("{{mesos.role}} {{thermos.user}} {{mesos.cluster}}", "www-data www-data c1")] // 14
    [InlineData("{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}}", "{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}}")]
    [InlineData("{{}} {x} }} {{&x}}", "{{}} {x} }} {{&x}}")] // 10, 12
    public async Task ATemplate_TakesItsValueFromTheStructsAround(string cmdline, string bound) => Assert.Equal(bound, await CmdlineAsync($"jobs = [job('{cmdline}')]"));

    [Theory]
    [InlineData("jobs = [job('{{x}}').bind(x='1').bind(x='2')]", "2")]
    [InlineData("t = Task(processes=[Process(name='p', cmdline='{{x}} {{y}} {{z}}').bind(x='proc')], resources=R).bind(x='task', y='task')\njobs = [job(task=t).bind(x='job', y='job', z='job')]", "proc task job")]
    [InlineData("jobs = [job('{{name}}').bind(name='bound')]", "p")] // 6: fields first
    [InlineData("jobs = [job('{{b.c}} {{d}} {{e}}').bind({'b': {'c': 1}}, Environment(d=True)).bind(e=1.5)]", "1 True 1.5")] // 10
    [InlineData("jobs = [job('{{l[1]}} {{m[k]}}').bind(l=List(String)(['a', 'b']), m=Map(String, String)({'k': 'v'}))]", "b v")]
    [InlineData("jobs = [job('{{a[{{b}}]}}').bind(a=Map(String, String)({'k': 'v'}), b='k')]", "v")] // 11
    [InlineData("jobs = [job('{{a}}').bind(a='{{b}}-{{role}}', b='{{c}}', c=3)]", "3-www-data")] // 9
    [InlineData("jobs = [job(constraints={'host': 'limit:2'}, cmdline='{{constraints[host]}}')]", "limit:2")] // 8
    public async Task TheNearestBinding_Wins(string file, string bound) => Assert.Equal(bound, await CmdlineAsync(file));

    [Fact]
    public async Task ABindingFromOutside_BeatsTheJobsBindings_ButNoFieldAndNoInnerBinding() // 7
    {
        var file = """
            p = Process(name='p', cmdline='{{x}} {{y}} {{name}} {{profile.a}}').bind(y='proc')
            jobs = [job(task=Task(processes=[p], resources=R)).bind(x='job')]
            """;
        Assert.Equal("cli proc p deep", await CmdlineAsync(file, ("x", "cli"), ("y", "cli"), ("name", "cli"), ("profile.a", "deep")));
    }

    [Fact]
    public async Task AProfile_SeesItsOwnFieldsFirst_ThenTheSiteThatRefersToIt() // 9
    {
        var file = """
            class Profile(Struct):
              env = Default(String, 'profenv')
              a = Default(String, 'x-{{env}}-{{cluster}}')
              n = Default(Integer, 3)
            jobs = [job('{{profile.a}}', instances='{{profile.n}}').bind(profile=Profile())]
            """;
        var job = await JobAsync(file);
        Assert.Equal(("x-profenv-c1", 3), (job.Task.Processes[0].Cmdline, job.Instances));
    }

    [Fact]
    public async Task AStruct_IsAFactory_AndItsCopiesAreIndependent() // 2, 20
    {
        var file = await files.ReadAsync("a.aurora", Prelude + """
            base = job('{{x}}')
            jobs = tuple(base(name='j%d' % i, instances=i).bind(x=i) for i in (1, 2)) + (base.bind(x='base'),)
            """);
        var all = file.Jobs.Select(file.Select).ToArray();
        Assert.Equal([("j1", 1, "1"), ("j2", 2, "2"), ("web", 1, "base")], all.Select(j => (j.Name, j.Instances, j.Task.Processes[0].Cmdline)));
    }

    [Theory]
    [InlineData("instances='3'", 3)]
    [InlineData("instances=2.9", 2)]
    [InlineData("instances=True", 1)]
    [InlineData("instances='{{n}}'", 4)]
    public async Task AnInteger_IsMadeOfWhatLooksLikeOne(string field, int instances) => // 4, 5
        Assert.Equal(instances, (await JobAsync($"jobs = [job({field}).bind(n=4)]")).Instances);

    [Fact]
    public async Task AWrongType_IsRefusedWithItsFieldAndLine()
    {
        var fault = await FaultAsync("jobs = [job(instances='2.9')]");
        Assert.Equal((ErrorCodes.WrongType, "instances", "2.9"), (fault.Code, fault.Field, fault.Value));
        fault = await FaultAsync("\njobs = [job(instances=None)]");
        Assert.Equal((ErrorCodes.WrongType, "instances"), (fault.Code, fault.Field));
        fault = await FaultAsync("jobs = []\nt = Task(processes=[{'name': 'a', 'cmdline': 'x', 'max_failurs': 1}])");
        Assert.Equal((ErrorCodes.UnknownField, "processes[0].max_failurs", 6), (fault.Code, fault.Field, fault.Line));
        fault = await FaultAsync("Logger(destination='disk')");
        Assert.Equal((ErrorCodes.OutOfRange, "destination"), (fault.Code, fault.Field));
        fault = await FaultAsync("Task(processes=Process(name='a', cmdline='x'))");
        Assert.Equal((ErrorCodes.WrongType, "processes"), (fault.Code, fault.Field));
    }

    [Fact]
    public async Task ARequiredFieldThatIsMissing_IsReportedAtItsStruct()
    {
        var fault = await FaultAsync("p = Process(name='p')\njobs = [job(task=Task(processes=[p], resources=R))]");
        Assert.Equal((ErrorCodes.RequiredField, "task.processes[0].cmdline", 5), (fault.Code, fault.Field, fault.Line));
    }

    [Fact]
    public async Task ATextThatIsNotUtf8_IsRefusedWithItsField()
    {
        var fault = await FaultAsync("import os\njobs = [job(os.fsdecode(b'caf\\xe9'))]");
        Assert.Equal((ErrorCodes.WrongType, "task.processes[0].cmdline", 3), (fault.Code, fault.Field, fault.Line));
    }

    [Fact]
    public async Task ATextThatGrowsWithoutEnd_IsRefused()
    {
        var file = "b = {'v%d' % i: '{{v%d}}' % (i + 1) * 10 for i in range(12)}\njobs = [job('{{v0}}').bind(b).bind(v12='x' * 10)]";
        Assert.Contains("1 MB", (await FaultAsync(file)).Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ x }}", "without spaces")]
    [InlineData("{{.State.Pid}}", "{{&")]
    [InlineData("{{a}}", "itself")]
    [InlineData("{{nothing}}", "nothing")]
    public async Task ATemplateThatCannotBeBound_IsReportedOnceWithItsLine(string cmdline, string says)
    {
        var fault = await FaultAsync($"jobs = [job('{cmdline}').bind(a='{{{{b}}}}', b='{{{{a}}}}')]");
        Assert.Equal((ErrorCodes.UnboundVariable, "task.processes[0].cmdline", 3), (fault.Code, fault.Field, fault.Line));
        Assert.Contains(says, fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SequentialTask_OrdersItsProcesses_AndRefusesOtherConstraints() // 16
    {
        var file = """
            ps = [Process(name='{{x}}-%d' % i, cmdline='x') for i in range(3)]
            jobs = [job(task=SequentialTask(processes=ps, resources=R)).bind(x='p')]
            """;
        Assert.Equal(["p-0", "p-1", "p-2"], Assert.Single((await JobAsync(file)).Task.Constraints).Order);
        var fault = await FaultAsync("p = Process(name='p', cmdline='x')\nSequentialTask(processes=[p], constraints=order(p))");
        Assert.Equal((ErrorCodes.InvalidCombination, "constraints", 6), (fault.Code, fault.Field, fault.Line));
    }

    [Fact]
    public async Task Combine_AddsResourcesUp_AndConcat_PutsTasksInOrder() // 17
    {
        const string Tasks = """
            a = SequentialTask(name='a', processes=[Process(name='a1', cmdline='x'), Process(name='a2', cmdline='x')], resources=Resources(cpu=1, ram=2*GB, disk=3*GB))
            b = Task(name='b', processes=[Process(name='b1', cmdline='x')], resources=Resources(cpu=0.5, ram=4*GB, disk=1*GB), finalization_wait=5, max_failures=7)

            """;
        var combined = (await JobAsync(Tasks + "jobs = [job(task=Tasks.combine(a, b))]")).Task;
        Assert.Equal(("b", 1.5, 6L << 30, 4L << 30, 30, 7), Shape(combined));
        Assert.Equal([["a1", "a2"]], combined.Constraints.Select(c => c.Order));
        var concatenated = (await JobAsync(Tasks + "jobs = [job(task=concat_tasks(a, b, name='both'))]")).Task;
        Assert.Equal(("both", 1.0, 4L << 30, 3L << 30, 35, 7), Shape(concatenated));
        Assert.Equal(["a1", "a2", "b1"], concatenated.Processes.Select(p => p.Name));
        Assert.Equal([["a1", "a2"], ["a1", "b1"], ["a2", "b1"]], concatenated.Constraints.Select(c => c.Order));
    }

    [Fact]
    public async Task TheHelpers_ComeToPlainText() // 16, 20, 23
    {
        var file = """
            t = SimpleTask('s', 'run %s %s' % (java_options('a', Xmx='1g'), Options.python('boo', {'v': None}, x='y')))
            assert t.name() == 's' and t.has_processes() and not t.has_user() and t.user() is Empty
            assert '%s' % t.processes()[0].name() == 's' and [str(p.name()) for p in t.processes()] == ['s']
            assert Units.MB == MB == 1024 * KB and t.resources().ram().get() == GB
            assert str(String('{{x}}').bind(x=3)) == '3' and str(Integer('{{x}}') % {'x': 4}) == '4'
            assert order(t.processes()[0], 'q') + Processes.order('r') == [Constraint(order=['s', 'q']), Constraint(order=['r'])]
            try:
              'x' + t.name()
            except TypeError:
              jobs = [job(task=t)]
            """;
        var task = (await JobAsync(file)).Task;
        Assert.Equal("run -a -Xmx 1g --boo -v -x y", task.Processes[0].Cmdline);
        Assert.Equal(("s", 1.0, 1L << 30, 1L << 30, 30, 1), Shape(task));
    }

    [Fact]
    public async Task ChoicesAndEmpty_ComeToAurorasShapes() // 3, 18
    {
        var job = await JobAsync("jobs = [job(instances=20, container=Docker(image='a'), lifecycle=Empty, announce=Announcer(), sla_policy=CountSlaPolicy(count=1, duration_secs=2), update_config=UpdateConfig(update_strategy=VariableBatchUpdateStrategy(batch_sizes=[1, 2])))]");
        Assert.Equal("a", job.Container!.Image!.Value.GetString());
        Assert.Null(job.Lifecycle.Http);
        Assert.Equal("http", job.Announce!.Portmap["aurora"]);
        Assert.Equal((1, 2), (job.SlaPolicy!.Count, job.SlaPolicy.DurationSecs));
        Assert.Equal([1, 2], job.UpdateConfig.UpdateStrategy!.BatchSizes!);
        Assert.Null((await JobAsync("jobs = [job(lifecycle=DisableLifecycle)]")).Lifecycle.Http);
        Assert.Equal("health", (await JobAsync("jobs = [job()]")).Lifecycle.Http!.Port);
    }

    [Fact]
    public async Task AnIncludedFile_SharesTheNames_AndKnowsItsOwnFolder() // 1
    {
        files.Write("lib/deep/values.aurora", "import os\nhere = os.path.basename(os.path.dirname(__file__))\n");
        files.Write("lib/base.aurora", "include('deep/values.aurora')\nfolder = os.path.basename(os.path.dirname(__file__))\n");
        Assert.Equal("deep lib a.aurora", await CmdlineAsync("include('lib/base.aurora')\njobs = [job('%s %s %s' % (here, folder, os.path.basename(__file__)))]"));
    }

    private static (string, double, long, long, int, int) Shape(TaskConfiguration task) =>
        (task.Name, task.Resources.Cpu, task.Resources.Ram, task.Resources.Disk, task.FinalizationWait, task.MaxFailures);

    private Task<JobConfiguration> JobAsync(string file, params (string, string)[] bindings) => files.JobAsync("a.aurora", Prelude + file, bindings);

    private async Task<string> CmdlineAsync(string file, params (string, string)[] bindings) => (await JobAsync(file, bindings)).Task.Processes[0].Cmdline;

    private Task<Fault> FaultAsync(string file) => files.FaultAsync("a.aurora", Prelude + file);
}
