using Aurora.Core.Configuration;
using Aurora.Core.Configuration.Templates;
using Aurora.Core.Errors;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class TemplateTests
{
    private const string Cmdline = "task.processes[0].cmdline";

    [Theory]
    [InlineData("{{role}} {{cluster}} {{environment}} {{instances}}", "www c1 prod 1")]
    [InlineData("{{name}}", "p")]
    [InlineData("{{super.name}}", "j")]
    [InlineData("{{self.name}}", "p")]
    [InlineData("{{task.name}}", "t")]
    [InlineData("{{processes[0].name}}", "p")]
    [InlineData("{{task.processes[0].max_failures}}", "1")]
    [InlineData("{{update_config.batch_size}}", "1")]
    [InlineData("{{resources.ram}}", "1048576")]
    [InlineData("{{constraints[host]}}", "limit:1")]
    [InlineData("{{service}}", "false")]
    [InlineData("{{mesos.role}} {{thermos.user}} {{mesos.cluster}}", "www www c1")]
    [InlineData("{{profile.a}}", "A")]
    [InlineData("{{list[{{index}}]}}", "second")]
    [InlineData("{{outer}}", "x-A-p")]
    [InlineData("{{&literal}} {{&.State.Pid}} {{}} {x} }}", "{{&literal}} {{&.State.Pid}} {{}} {x} }}")]
    [InlineData("{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}}", "{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{thermos.ports[http]}}")]
    public void AReference_IsBound(string cmdline, string expected)
    {
        var tree = Read.SmallWith((Cmdline, $"\"{cmdline}\""), ("constraints", """{"host":"limit:1"}"""), ("task.resources.ram", "\"1MB\""));

        var job = Read.Job(tree, ("profile.a", "A"), ("list[1]", "second"), ("index", "1"), ("outer", "x-{{profile.a}}-{{name}}"), ("name", "never: fields come first")).Good();

        Assert.Equal(expected, job.Task.Processes[0].Cmdline);
    }

    [Fact]
    public void NamesDefaultFromTheFirstProcessUpward()
    {
        var tree = Read.SmallWith(("name", "null"), ("task.name", "null"), ("task.processes[0].name", "\"{{who}}\""));

        var job = Read.Job(tree, ("who", "me")).Good();

        Assert.Equal(("me", "me"), (job.Name, job.Task.Name));
    }

    [Fact]
    public void ATemplateMayStandForANumber() => Assert.Equal(4, Read.With("instances", "\"{{n}}\"", ("n", "4")).Good().Instances);

    [Fact]
    public void OutsideCommandLines_AnEscapeBecomesItsLiteral() => Assert.Equal("{{x}}", Read.With("contact", "\"{{&x}}\"").Good().Contact);

    [Fact]
    public void KeysOfMaps_AreBoundToo() => Assert.Equal("1", Read.With("constraints", """{"{{k}}":"1"}""", ("k", "rack")).Good().Constraints["rack"]);

    [Fact]
    public void KeysOfMapsThatBecomeEqual_AreRefused() =>
        Assert.Equal(ErrorCodes.DuplicateName, Read.With("constraints", """{"rack":"1","{{k}}":"1"}""", ("k", "rack")).Only().Code);

    [Theory]
    [InlineData("{{profile.b}}", "{{profile.b}} has no value: no field has this name here; give it with --bind profile.b=VALUE, or write {{&profile.b}} for the literal text")]
    [InlineData("{{ x }}", "{{ x }} is not a reference such as {{name.field[index]}}, without spaces; for the literal text write {{& x }}")]
    [InlineData("{{mesos.foo}}", "{{mesos.foo}} has no value; the worker binds mesos.instance, mesos.hostname, thermos.task_id and thermos.ports[NAME]")]
    [InlineData("{{x[{{mesos.instance}}]}}", "{{x[{{mesos.instance}}]}} cannot be bound: the index is only known on the worker")]
    [InlineData("{{a}}", "the template does not come to rest within 100 rounds: it refers to itself")]
    [InlineData("{{c}}", "the template does not come to rest within 100 rounds: it refers to itself")]
    [InlineData("{{d}}", "the template grows beyond 1000000 characters")]
    [InlineData("{{e0}}", "the template needs more than 10000 replacements")]
    [InlineData("{{cmdline}}", "the template does not come to rest within 100 rounds: it refers to itself")]
    public void AReferenceWithoutAValue_IsNamed(string cmdline, string rule)
    {
        var bindings = new List<(string, string)> { ("a", "{{b}}"), ("b", "{{a}}"), ("c", "{{c}}x") };
        bindings.AddRange([("d", "{{d1}}{{d1}}{{d1}}"), ("d1", new string('d', 400_000)), ("e30", "")]);
        bindings.AddRange(Enumerable.Range(0, 30).Select(i => ($"e{i}", $"{{{{e{i + 1}}}}}{{{{e{i + 1}}}}}")));

        var fault = Read.With(Cmdline, $"\"{cmdline}\"", [.. bindings]).Only();

        Assert.Equal((ErrorCodes.UnboundVariable, Cmdline, rule), (fault.Code, fault.Field, fault.Rule));
    }

    [Fact]
    public void EachUnboundVariable_HasItsOwnFault() =>
        Assert.Equal(2, Read.With(Cmdline, "\"{{x}} {{y}} {{x}}\"").Faults.Count);

    [Fact]
    public void WithoutBinding_TextIsTakenAsItStands_ButDefaultsAreBound()
    {
        var tree = Read.SmallWith(("name", "null"), ("contact", "\"{{&x}} {{y}}\""));

        var job = JobConfigurationReader.Read(tree, new JobReadingOptions { BindTemplates = false }).Good();

        Assert.Equal(("t", "{{&x}} {{y}}"), (job.Name, job.Contact));
    }

    [Fact]
    public void TheKeyAlone_IsReadAsFarAsItGoes()
    {
        var tree = Read.Tree("""{"role":"{{who}}","environment":"{{env}}","name":"{{task.name}}-x","task":{"processes":[{"name":"p"}],"bogus":1}}""");

        var key = JobConfigurationReader.ReadKey(tree, new JobReadingOptions { Bindings = new Dictionary<string, string> { ["who"] = "me" } });

        Assert.Equal(new JobKeyReading(null, "me", "{{env}}", "p-x"), key);
    }

    [Fact]
    public void TheWorkerBindsItsNames_Once()
    {
        var bound = RuntimeTemplates.Bind("{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{&x}} {{&&y}} {{thermos.ports[http]}} {{}}", 7, "{{mesos.instance}}", "t-1");

        Assert.Equal("7 {{mesos.instance}} t-1 {{x}} {{&y}} {{thermos.ports[http]}} {{}}", bound);
    }

    [Fact]
    public void TheWorkerBindsPorts_ThatHaveANumber()
    {
        var ports = new Dictionary<string, int> { ["http"] = 31001, ["admin-1"] = 31002 };

        Assert.Equal("-p 31001 31002 {{thermos.ports[other]}} {{thermos.ports[http]}}",
            RuntimeTemplates.Bind("-p {{thermos.ports[http]}} {{thermos.ports[admin-1]}} {{thermos.ports[other]}} {{&thermos.ports[http]}}", 0, "h", "t", ports));
    }

    [Fact]
    public void PortsAreListedOnce() => Assert.Equal(["http", "admin-1"], RuntimeTemplates.Ports("{{thermos.ports[http]}}{{thermos.ports[admin-1]}}{{thermos.ports[http]}}{{&thermos.ports[x]}}"));

    [Fact]
    public void WhatIsEscaped_IsUnescapedToTheSameText() =>
        Gen.OneOf("{", "}", "{{", "}}", "&", "x", "a.b", "{{x}}", "{{&x}}", "{{mesos.instance}}", " ").List[0, 12].Select(pieces => string.Concat(pieces))
            .Sample(text => TemplateSyntax.Unescape(TemplateSyntax.Escape(text)) == text);
}
