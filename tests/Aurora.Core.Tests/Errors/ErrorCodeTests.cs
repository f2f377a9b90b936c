using System.Reflection;
using System.Text.RegularExpressions;
using Aurora.Core.Errors;
using Aurora.Core.Tests.Architecture;
using Xunit;

namespace Aurora.Core.Tests.Errors;

public sealed partial class ErrorCodeTests
{
    private static readonly IReadOnlyList<(string Name, string Code)> Codes =
        [.. typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (f.Name, (string)f.GetRawConstantValue()!))];

    [Fact]
    public void EveryCode_StandsInTheDocumentation_InOrder()
    {
        var documented = File.ReadLines(Path.Combine(Repository.Root, "docs", "errors.md"))
            .Select(line => Row().Match(line)).Where(m => m.Success)
            .Select(m => (m.Groups["name"].Value, m.Groups["code"].Value));

        Assert.Equal(Codes.OrderBy(c => c.Code, StringComparer.Ordinal), documented);
    }

    [Fact]
    public void ACode_IsGivenOnce() => Assert.Equal(Codes.Count, Codes.Select(c => c.Code).Distinct().Count());

    [Fact]
    public void ACode_HasItsShape() => Assert.All(Codes, c => Assert.Matches("^AUR[1-5][0-9]{3}$", c.Code));

    [Fact]
    public void AFault_IsOneLineForPeople()
    {
        var fault = new Fault("AUR1104", "task.resources.cpu", "-1", "must be greater than 0");

        Assert.Equal("task.resources.cpu is '-1': must be greater than 0", fault.ToString());
        Assert.Equal("job.json:3:9: task.resources.cpu is '-1': must be greater than 0", (fault with { File = "job.json", Line = 3, Column = 9 }).ToString());
        Assert.Equal("job.json: role: is required", new Fault("AUR1103", "role", "", "is required") { File = "job.json" }.ToString());
    }

    [Fact]
    public void AnException_HasTheFirstFaultsCode_AndAllFaults()
    {
        var exception = new AuroraException(new Fault("AUR1103", "role", "", "is required"), new Fault("AUR1104", "instances", "0", "must be 1 or more"));

        Assert.Equal("AUR1103", exception.Code);
        Assert.Equal(2, exception.Faults.Count);
        Assert.Equal(2, exception.Message.Split(Environment.NewLine).Length);
    }

    [GeneratedRegex(@"^\| `(?<code>AUR\d+)` \| (?<name>\w+) \| [^|]{10,} \|$")]
    private static partial Regex Row();
}
