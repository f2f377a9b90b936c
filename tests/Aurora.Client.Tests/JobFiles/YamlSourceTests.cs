using System.Text.Json;
using Aurora.Client.JobFiles.Sources;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Client.Tests.JobFiles;

public sealed class YamlSourceTests : IDisposable
{
    private readonly JobFileFixture files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("a: 1\nb: [1, 2\nc: 3", 2)]
    [InlineData("a: 1\n b: 2", 2)]
    [InlineData("a: 'x", 1)]
    [InlineData("a: *nothing", 1)]
    [InlineData("a: &x [*x]", 1)]
    [InlineData("a: 1\nb: !!python/object:os.system x", 2)]
    [InlineData("a: 1\n---\nb: 2", 2)]
    [InlineData("a: 1\n? [b]\n: 2", 2)]
    [InlineData("a:\n  <<: 3", 2)]
    [InlineData("", 1)]
    [InlineData("# only a comment", 1)]
    public async Task ASyntaxError_IsReportedWithItsLine(string content, int line)
    {
        var fault = await files.FaultAsync("a.yaml", content);
        Assert.Equal((ErrorCodes.FileSyntax, line), (fault.Code, fault.Line));
        Assert.NotNull(fault.Column);
    }

    [Fact]
    public async Task ARepeatedKey_IsRefusedWithBothLines()
    {
        var fault = await files.FaultAsync("a.yaml", "role: a\ntask: {}\nrole: b");
        Assert.Equal((ErrorCodes.DuplicateName, "role", 3, 1), (fault.Code, fault.Field, fault.Line, fault.Column));
        Assert.Contains("line 1", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AliasesToAliases_AreBounded()
    {
        var bomb = "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"x-{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"))
            + "jobs: [{ metadata: *a9 }]";
        var fault = await files.FaultAsync("a.yaml", bomb);
        Assert.Equal(ErrorCodes.FileSyntax, fault.Code);
        Assert.Contains("aliases", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeepNesting_IsRefused() =>
        Assert.Contains("nested", (await files.FaultAsync("a.yaml", new string('[', 5_000))).Rule, StringComparison.Ordinal);

    [Fact]
    public async Task AMapsOwnFields_WinOverMergedOnes()
    {
        var job = await files.JobAsync("a.yaml", """
            x-base: &base { cluster: c1, role: www-data, environment: devel, instances: 7, priority: 1 }
            x-more: &more { priority: 2, max_task_failures: 5 }
            jobs:
              - <<: [ *base, *more ]
                name: web
                instances: 2
                task: { processes: [ { name: a, cmdline: x } ], resources: { cpu: 1, ram: 1MB, disk: 1MB } }
            """);
        Assert.Equal((2, 1, 5), (job.Instances, job.Priority, job.MaxTaskFailures));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-0", "-0")]
    [InlineData("+07", "7")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData(".5", "0.5")]
    [InlineData("1.", "1")]
    [InlineData("1e3", "1e3")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("true", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("off", "\"off\"")]
    [InlineData("1:30", "\"1:30\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("0x", "\"0x\"")]
    [InlineData(".", "\".\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("1MB", "\"1MB\"")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    public void AnUnquotedScalar_MeansWhatYaml12Says(string text, string json) => Assert.Equal(json, YamlScalar.Plain(text)?.ToJsonString() ?? "null");

    [Fact]
    public void QuotedScalars_AndTaggedStrings_StayStrings()
    {
        var map = (SourceMap)YamlSource.Read(new SourceText("a.yaml", "a: '1'\nb: \"true\"\nc: !!str 5\nd: |\n  7\ne: !!int '5'"u8.ToArray()));
        Assert.Equal(
            [JsonValueKind.String, JsonValueKind.String, JsonValueKind.String, JsonValueKind.String, JsonValueKind.Number],
            map.Fields.Select(f => ((SourceScalar)f.Value).Value!.GetValueKind()));
    }
}
