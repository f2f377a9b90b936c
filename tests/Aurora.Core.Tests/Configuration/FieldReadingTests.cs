using System.Text.Json;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class FieldReadingTests
{
    [Theory]
    [InlineData("instances", "\"3\"", "3")]
    [InlineData("instances", "3.0", "3")]
    [InlineData("priority", "-5", "-5")]
    [InlineData("contact", "5", "\"5\"")]
    [InlineData("contact", "true", "\"true\"")]
    [InlineData("contact", "1.5", "\"1.5\"")]
    [InlineData("service", "\"TRUE\"", "true")]
    [InlineData("service", "1", "true")]
    [InlineData("service", "\"0\"", "false")]
    [InlineData("task.resources.cpu", "1", "1")]
    [InlineData("task.resources.cpu", "\"0.25\"", "0.25")]
    [InlineData("task.resources.cpu", "0.30000000000000004", "0.30000000000000004")]
    [InlineData("task.resources.ram", "\"512MB\"", "536870912")]
    [InlineData("task.resources.ram", "\"1.5 gb\"", "1610612736")]
    [InlineData("task.resources.disk", "536870912.0", "536870912")]
    [InlineData("task.processes[0].min_duration", "\"5m\"", "300")]
    [InlineData("update_config.watch_secs", "\"1h\"", "3600")]
    [InlineData("health_check_config.interval_secs", "\"0.5\"", "0.5")]
    [InlineData("constraints", "{\"rack\":5}", "{\"rack\":\"5\"}")]
    public void AValueThatSpellsTheFieldsType_IsTakenAsIt(string path, string given, string expected)
    {
        var job = JsonSerializer.SerializeToElement(Read.With(path, given).Good(), AuroraJson.Default.JobConfiguration);

        Assert.Equal(expected, At(job, path).GetRawText());
    }

    [Theory]
    [InlineData("instances", "2.9", "AUR1102", "2.9", "must be a whole number")]
    [InlineData("instances", "true", "AUR1102", "true", "must be a whole number")]
    [InlineData("instances", "\"many\"", "AUR1102", "many", "must be a whole number")]
    [InlineData("instances", "0", "AUR1104", "0", "must be from 1 to 4000")]
    [InlineData("instances", "4001", "AUR1104", "4001", "must be from 1 to 4000")]
    [InlineData("priority", "99999999999", "AUR1104", "99999999999", "must fit 32 bits")]
    [InlineData("service", "\"yes\"", "AUR1102", "yes", "must be true or false")]
    [InlineData("contact", "{}", "AUR1102", "{}", "must be a text")]
    [InlineData("max_task_failures", "-2", "AUR1104", "-2", "must be -1 or more")]
    [InlineData("task.resources.cpu", "-1", "AUR1104", "-1", "must be greater than 0 and at most 1000000")]
    [InlineData("task.resources.cpu", "0", "AUR1104", "0", "must be greater than 0 and at most 1000000")]
    [InlineData("task.resources.ram", "128", "AUR1104", "128", "must be at least 1 MB; a number without a unit is bytes")]
    [InlineData("task.resources.ram", "\"1 QB\"", "AUR1102", "1 QB", "must be an amount: bytes as a number, or a text such as '512MB' or '1 GB'")]
    [InlineData("task.resources.disk", "\"9999 TB\"", "AUR1104", "9999 TB", "must be at most 1024 TB; a number without a unit is bytes")]
    [InlineData("task.processes[0].min_duration", "1.5", "AUR1102", "1.5", "must be whole seconds")]
    [InlineData("task.processes[0].min_duration", "\"soon\"", "AUR1102", "soon", "must be a time: whole seconds as a number, or a text such as '30s', '5m' or '1h'")]
    [InlineData("health_check_config.timeout_secs", "-0.5", "AUR1104", "-0.5", "must be at least 0 seconds")]
    [InlineData("update_config.pulse_interval_secs", "59", "AUR1104", "59", "must be at least 60 seconds")]
    [InlineData("cron_collision_policy", "\"kill_existing\"", "AUR1104", "kill_existing", "must be one of KILL_EXISTING, CANCEL_NEW; did you mean 'KILL_EXISTING'?")]
    [InlineData("cron_collision_policy", "\"RUN_OVERLAP\"", "AUR1104", "RUN_OVERLAP", "must be one of KILL_EXISTING, CANCEL_NEW")]
    [InlineData("task.processes", "{}", "AUR1102", "{}", "must be a list")]
    [InlineData("task.processes", "[]", "AUR1104", "", "has 0 items; must have at least 1")]
    [InlineData("task.processes[0]", "null", "AUR1102", "null", "must be an object (Process)")]
    [InlineData("task.processes[0]", "\"echo\"", "AUR1102", "echo", "must be an object (Process)")]
    [InlineData("task.processes[0].cmdline", "\"\"", "AUR1104", "", "must be 1 to 120000 bytes in UTF-8; put a longer script into a file")]
    [InlineData("task.processes[0].cmdline", "\"a\\u0000b\"", "AUR1104", "a\0b", "must not hold the character NUL")]
    [InlineData("constraints", "[]", "AUR1102", "[]", "must be a map from text to text")]
    [InlineData("cluster", "\"a/b\"", "AUR1105", "a/b", "must be 1 to 255 letters, digits, '_', '-' or '.'")]
    [InlineData("role", "\"\"", "AUR1105", "", "must be 1 to 255 letters, digits, '_', '-' or '.'")]
    [InlineData("environment", "\"a b\"", "AUR1105", "a b", "must be 1 to 255 letters, digits, '_', '-' or '.'")]
    [InlineData("tier", "\"a b\"", "AUR1105", "a b", "must be 1 to 255 letters, digits, '_', '-' or '.'")]
    [InlineData("task.processes[0].name", "\".hidden\"", "AUR1105", ".hidden", "must be 1 to 255 bytes without '/' or control characters, not beginning with '.'")]
    [InlineData("task.processes[0].name", "\"a/b\"", "AUR1105", "a/b", "must be 1 to 255 bytes without '/' or control characters, not beginning with '.'")]
    [InlineData("task.processes[0].logger", "{\"destination\":\"syslog\"}", "AUR1104", "syslog", "must be one of file, console, both, none")]
    [InlineData("task.processes[0].logger", "{\"mode\":\"rotate\",\"rotate\":{\"log_size\":0}}", "AUR1104", "0", "must be at least 1 byte; a number without a unit is bytes")]
    [InlineData("task.processes[0].logger", "{\"mode\":\"rotate\",\"rotate\":{\"backups\":0}}", "AUR1104", "0", "must be 1 or more")]
    [InlineData("update_config.update_strategy", "{\"batch_sizes\":[]}", "AUR1104", "", "has 0 items; must have at least 1")]
    [InlineData("update_config.update_strategy", "{\"batch_sizes\":[1,0]}", "AUR1104", "0", "must be 1 or more")]
    public void AValueOutsideItsRule_IsRefusedWithFieldValueAndRule(string path, string given, string code, string value, string rule)
    {
        var fault = Read.With(path, given).Only();

        Assert.StartsWith(path, fault.Field, StringComparison.Ordinal);
        Assert.Equal((code, value, rule), (fault.Code, fault.Value, fault.Rule));
    }

    [Theory]
    [InlineData("task.processes[0].cmd_line", "is not a field of Process; did you mean 'cmdline'?")]
    [InlineData("task.processes[0].maxFailures", "is not a field of Process; did you mean 'max_failures'?")]
    [InlineData("instnaces", "is not a field of Job; did you mean 'instances'?")]
    [InlineData("task.resources.bandwidth", "is not a field of Resources; its fields are cpu, ram, disk, gpu")]
    [InlineData("lifecycle.https", "is not a field of LifecycleConfig; did you mean 'http'?")]
    public void AnUnknownField_IsRefusedWithTheNearestName(string path, string rule)
    {
        var fault = Read.With(path, "1").Only();

        Assert.Equal((ErrorCodes.UnknownField, path, "", rule), (fault.Code, fault.Field, fault.Value, fault.Rule));
    }

    [Fact]
    public void AnUnknownFieldWithoutAValue_IsRefusedToo() =>
        Assert.Equal(ErrorCodes.UnknownField, Read.With("enable_hoooks", "null").Only().Code);

    [Theory]
    [InlineData("cluster")]
    [InlineData("role")]
    [InlineData("environment")]
    [InlineData("task")]
    [InlineData("task.processes")]
    [InlineData("task.resources")]
    [InlineData("task.resources.cpu")]
    [InlineData("task.resources.ram")]
    [InlineData("task.processes[0].name")]
    [InlineData("task.processes[0].cmdline")]
    public void AMissingRequiredField_IsTheOnlyFault(string path)
    {
        var tree = Read.SmallWith((path, "null"));
        tree.Remove("name");
        tree["task"]?.AsObject().Remove("name");

        var fault = Read.Job(tree).Only();

        Assert.Equal((ErrorCodes.RequiredField, path), (fault.Code, fault.Field));
        Assert.StartsWith("is required: ", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void EverythingThatIsWrong_IsReportedAtOnce()
    {
        var tree = Read.SmallWith(
            ("role", "\"a b\""), ("instances", "0"), ("colour", "1"), ("contact", "\"{{who}}\""), ("task.resources.cpu", "-1"), ("cron_schedule", "\"* * *\""),
            ("service", "true"), ("task.processes", """[{"name":"p","cmdline":"true"},null]"""), ("task.constraints", """[{"order":["p","q"]}]"""), ("update_config.sla_aware", "true"));

        var faults = Read.Job(tree).Faults;

        Assert.Equal(
            ["colour", "contact", "cron_schedule", "cron_schedule", "instances", "role", "task.processes[1]", "task.resources.cpu", "update_config.sla_aware"],
            faults.Select(f => f.Field).Order());
    }

    [Fact]
    public void FaultsCarryTheirPlaceInTheFile_OrThatOfTheStructAroundThem()
    {
        var places = new Dictionary<string, SourceLocation>
        {
            ["task.resources"] = new("job.json", 7, 4),
            ["instances"] = new("job.json", 2, 9),
        };
        var tree = Read.SmallWith(("instances", "0"), ("task.resources.cpu", "null"));

        var faults = JobConfigurationReader.Read(tree, new JobReadingOptions { Locate = places.GetValueOrDefault }).Faults;

        Assert.Equal(["job.json:2:9: instances is '0': must be from 1 to 4000", "job.json:7:4: task.resources.cpu: is required: cores. Must be a number"],
            faults.Select(f => f.ToString()));
    }

    [Fact]
    public void FieldsOfTwoAlternatives_AreNotMixed()
    {
        var fault = Read.With("sla_policy", """{"coordinator_url":"http://x","status_key":"x","count":5}""").Only();

        Assert.Equal((ErrorCodes.InvalidCombination, "sla_policy.count"), (fault.Code, fault.Field));
    }

    [Fact]
    public void ALongValue_IsShortened() =>
        Assert.InRange(Read.With("role", $"\"{new string('x', 5000)}\"").Only().Value.Length, 1, 101);

    [Fact]
    public void TheSource_IsNotChanged()
    {
        var tree = Read.Tree(Read.Tutorial);
        Read.Job(tree, ("pkg_path", "/x"), ("pkg_checksum", "1"));

        Assert.Equal(Read.Tree(Read.Tutorial).ToJsonString(), tree.ToJsonString());
    }

    private static JsonElement At(JsonElement element, string path)
    {
        foreach (var part in path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.'))
        {
            element = element.ValueKind == JsonValueKind.Array ? element[int.Parse(part)] : element.GetProperty(part);
        }

        return element;
    }
}
