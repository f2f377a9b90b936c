using Aurora.Core.Configuration;
using Aurora.Core.Configuration.Validation;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class JobRulesTests
{
    [Theory]
    [InlineData("""{"cron_schedule":"* * * * *","service":true}""", "AUR1108", "cron_schedule", "cannot be combined with service: a cron job ends between its runs")]
    [InlineData("""{"constraints":{"host":"limit:x"}}""", "AUR1104", "constraints[host]", "must be limit:N with a whole number N of 1 or more")]
    [InlineData("""{"constraints":{"rack":"a,,b"}}""", "AUR1104", "constraints[rack]", "must be values separated by commas, with '!' in front for none of them, or limit:N")]
    [InlineData("""{"constraints":{"rack":"!"}}""", "AUR1104", "constraints[rack]", "must be values separated by commas, with '!' in front for none of them, or limit:N")]
    [InlineData("""{"constraints":{"rack":"!a,!b"}}""", "AUR1104", "constraints[rack]", "must have '!' only once, in front of the whole list: it is for all values")]
    [InlineData("""{"constraints":{"rack":"limit:0"}}""", "AUR1104", "constraints[rack]", "must be limit:N with a whole number N of 1 or more")]
    [InlineData("""{"constraints":{"ra ck":"a"}}""", "AUR1105", "constraints[ra ck]", "is about no attribute that a worker can have: names are 1 to 255 letters, digits, '_', '-' or '.'")]
    [InlineData("""{"constraints":{"dedicated":"limit:2"}}""", "AUR1104", "constraints[dedicated]", "must be one value that begins with the job's role: 'www', 'www/NAME' or '*/NAME'")]
    [InlineData("""{"constraints":{"dedicated":"!www"}}""", "AUR1104", "constraints[dedicated]", "must be one value that begins with the job's role: 'www', 'www/NAME' or '*/NAME'")]
    [InlineData("""{"constraints":{"dedicated":"www,*"}}""", "AUR1104", "constraints[dedicated]", "must be one value that begins with the job's role: 'www', 'www/NAME' or '*/NAME'")]
    [InlineData("""{"placement":{"strategy":"heap"}}""", "AUR1104", "placement.strategy", "must be one of spread, pack")]
    [InlineData("""{"constraints":{"dedicated":"other/x"}}""", "AUR1104", "constraints[dedicated]", "must be one value that begins with the job's role: 'www', 'www/NAME' or '*/NAME'")]
    [InlineData("""{"update_config":{"max_total_failures":1}}""", "AUR1104", "update_config.max_total_failures", "must be less than the number of instances (1), else no failure could fail the update")]
    [InlineData("""{"instances":100,"constraints":{"dedicated":"www/x"},"update_config":{"max_total_failures":1}}""", "AUR1104", "update_config.max_total_failures", "must be at least 2 % of the instances of a dedicated job (2)")]
    [InlineData("""{"instances":4000,"update_config":{"max_per_shard_failures":6}}""", "AUR1104", "update_config.max_per_shard_failures", "times the number of instances (4000) must be at most 20000")]
    [InlineData("""{"update_config":{"sla_aware":true}}""", "AUR1108", "update_config.sla_aware", "needs a sla_policy to be aware of")]
    [InlineData("""{"update_config":{"batch_size":2,"update_strategy":{}}}""", "AUR1108", "update_config.update_strategy", "cannot be combined with batch_size (2): the strategy has its own")]
    [InlineData("""{"update_config":{"wait_for_batch_completion":true,"update_strategy":{}}}""", "AUR1108", "update_config.update_strategy", "cannot be combined with wait_for_batch_completion: a BatchUpdateStrategy means the same")]
    [InlineData("""{"instances":19,"sla_policy":{"count":5,"duration_secs":60}}""", "AUR1108", "sla_policy", "needs at least 20 instances, and the job has 19; a coordinator policy has no such limit")]
    [InlineData("""{"instances":20,"sla_policy":{"count":20,"duration_secs":60}}""", "AUR1104", "sla_policy.count", "must be less than the number of instances (20), so that one may be down")]
    [InlineData("""{"instances":20,"sla_policy":{"count":5,"duration_secs":"3h"}}""", "AUR1104", "sla_policy.duration_secs", "must be at most 7200 seconds (2 hours)")]
    [InlineData("""{"instances":20,"sla_policy":{"percentage":95.1,"duration_secs":60}}""", "AUR1104", "sla_policy.percentage", "leaves less than one of 20 instances free to be down")]
    [InlineData("""{"sla_policy":{"coordinator_url":"ftp://x"}}""", "AUR1104", "sla_policy.coordinator_url", "must be a whole http or https URL")]
    [InlineData("""{"announce":{"portmap":{"http":"http"}}}""", "AUR1108", "announce.portmap[http]", "is an alias in a cycle: http -> http")]
    [InlineData("""{"announce":{"portmap":{"x":"8080"}}}""", "AUR1108", "announce.portmap[x]", "is a static port, which needs a 'dedicated' constraint on the job")]
    [InlineData("""{"announce":{"portmap":{"x":"70000"}}}""", "AUR1104", "announce.portmap[x]", "must be a port number from 1 to 65535, or a port's name")]
    [InlineData("""{"announce":{"portmap":{"x":""}}}""", "AUR1104", "announce.portmap[x]", "must be a port number or a port's name")]
    [InlineData("""{"partition_policy":{"reschedule":false,"stop_after_secs":30}}""", "AUR1108", "partition_policy.stop_after_secs", "cannot be combined with reschedule: false; the worker would end the task, and nothing would take its place")]
    [InlineData("""{"partition_policy":{"stop_after_secs":86401}}""", "AUR1104", "partition_policy.stop_after_secs", "must be 10 to 86,400 seconds")]
    public void FieldsThatDoNotGoTogether_AreRefused(string given, string code, string field, string rule)
    {
        var fault = Read.Job(Merged(given)).Only();

        Assert.Equal((code, field, rule), (fault.Code, fault.Field, fault.Rule));
    }

    [Theory]
    [InlineData("""{"constraints":{"host":"limit:1","rack":"!a,b","dedicated":"*/db"}}""")]
    [InlineData("""{"instances":20,"sla_policy":{"percentage":95,"duration_secs":"2h"}}""")]
    [InlineData("""{"instances":1000,"sla_policy":{"percentage":99.9,"duration_secs":"2h"}}""")]
    [InlineData("""{"sla_policy":{"coordinator_url":"https://x/y?z"},"update_config":{"sla_aware":true}}""")]
    [InlineData("""{"announce":{"portmap":{"a":"b","b":"http"}}}""")]
    [InlineData("""{"constraints":{"dedicated":"www"},"announce":{"portmap":{"a":8080}}}""")]
    [InlineData("""{"update_config":{"update_strategy":{"batch_sizes":[1,2,3]}}}""")]
    [InlineData("""{"cron_schedule":"*/5 8-18 * JAN-MAR,12 *","cron_collision_policy":"CANCEL_NEW"}""")]
    [InlineData("""{"partition_policy":{"delay_secs":"5m","stop_after_secs":10}}""")]
    [InlineData("""{"partition_policy":{"stop_after_secs":"1d"}}""")]
    [InlineData("""{"partition_policy":{"reschedule":false,"delay_secs":30}}""")] // Means nothing, but Aurora takes it.
    public void FieldsThatGoTogether_AreAccepted(string given) => Read.Job(Merged(given)).Good();

    [Theory]
    [InlineData("delay_secs", "-1")]
    [InlineData("stop_after_secs", "9")]
    public void APartitionPolicysTimesHaveALeast(string field, string value) =>
        Assert.Equal(("AUR1104", $"partition_policy.{field}"), Read.Job(Merged($$$"""{"partition_policy":{"{{{field}}}":{{{value}}}}}""")).Only() is var fault ? (fault.Code, fault.Field) : default);

    [Fact]
    public void AliasesInACycle_AreEachNamed() =>
        Assert.Equal(["announce.portmap[a]", "announce.portmap[b]"], Read.Job(Merged("""{"announce":{"portmap":{"a":"b","b":"a","c":"a"}}}""")).Faults.Select(f => f.Field));

    [Fact]
    public void AWrongNumberOfInstances_IsNotReportedTwice() =>
        Assert.Equal("instances", Read.Job(Merged("""{"instances":0,"sla_policy":{"count":5,"duration_secs":60}}""")).Only().Field);

    [Fact]
    public void ARepeatedProcessName_IsRefused()
    {
        var fault = Read.With("task.processes", """[{"name":"p","cmdline":"a"},{"name":"q","cmdline":"b"},{"name":"p","cmdline":"c"}]""").Only();

        Assert.Equal(new Fault(ErrorCodes.DuplicateName, "task.processes[2].name", "p", "is the name of task.processes[0] already; process names are unique in a task"), fault);
    }

    [Theory]
    [InlineData("""[{"name":"a","cmdline":"x","ephemeral":true}]""", "a")]
    [InlineData("""[{"name":"a","cmdline":"x","ephemeral":true},{"name":"b","cmdline":"x","ephemeral":true,"daemon":true},{"name":"f","cmdline":"x","final":true}]""", "a, b")]
    public void ATaskThatWouldBeCompleteBeforeItBegan_IsRefused_ByTheNamesOfItsProcesses(string processes, string names)
    {
        var fault = Read.With("task.processes", processes).Only();

        Assert.Equal(new Fault(ErrorCodes.InvalidCombination, "task.processes", names,
            "are all ephemeral, so the task would be complete before it began; one process that is not final must not be ephemeral"), fault);
    }

    [Theory]
    [InlineData("""[{"name":"a","cmdline":"x","ephemeral":true},{"name":"b","cmdline":"x"}]""")]
    [InlineData("""[{"name":"f","cmdline":"x","final":true},{"name":"g","cmdline":"x","final":true,"ephemeral":true}]""")]
    public void ATaskThatSomethingKeepsGoing_IsAccepted(string processes) => Read.With("task.processes", processes).Good();

    [Theory]
    [InlineData("task.max_concurrency", "-1")]
    [InlineData("task.finalization_wait", "-1")]
    [InlineData("task.processes[0].min_duration", "-1")]
    [InlineData("task.processes[0].logger.destination", "\"syslog\"")]
    [InlineData("task.processes[0].logger.mode", "\"weekly\"")]
    [InlineData("task.processes[0].logger.rotate.log_size", "0")]
    [InlineData("task.processes[0].logger.rotate.log_size", "-1")]
    [InlineData("task.processes[0].logger.rotate.backups", "0")]
    [InlineData("task.processes[0].logger.rotate.backups", "-1")]
    [InlineData("health_check_config.initial_interval_secs", "-0.1")]
    [InlineData("health_check_config.interval_secs", "-1")]
    [InlineData("health_check_config.timeout_secs", "-1")]
    [InlineData("health_check_config.max_consecutive_failures", "-1")]
    [InlineData("health_check_config.min_consecutive_successes", "-1")]
    [InlineData("health_check_config.health_checker.http.expected_response_code", "-1")]
    [InlineData("lifecycle.http.graceful_shutdown_wait_secs", "-1")]
    [InlineData("lifecycle.http.shutdown_wait_secs", "-1")]
    public void AValueThatTheWorkerCouldNotKeep_IsRefusedByItsField(string path, string value)
    {
        var fault = Read.With(path, value).Only();

        Assert.Equal((ErrorCodes.OutOfRange, path), (fault.Code, fault.Field));
    }

    [Theory]
    [InlineData("echo {{thermos.port[http]}}", "{{thermos.port[http]}} has no value; the worker binds mesos.instance, mesos.hostname, thermos.task_id and thermos.ports[NAME]")]
    [InlineData("echo {{thermos.ports}}", "{{thermos.ports}} has no value; the worker binds mesos.instance, mesos.hostname, thermos.task_id and thermos.ports[NAME]")]
    public void AShellHealthCheck_MayOnlyNameWhatTheWorkerBinds(string command, string rule)
    {
        var job = Read.With("health_check_config.health_checker.shell", """{"shell_command":"curl {{mesos.hostname}}:{{thermos.ports[health]}}/{{mesos.instance}}"}""").Good();
        Assert.Empty(JobValidation.Check(job));

        var checker = new HealthCheckerConfiguration { Shell = new ShellHealthCheckerConfiguration { ShellCommand = command } };
        var submitted = job with { HealthCheckConfig = job.HealthCheckConfig with { HealthChecker = checker } };

        Assert.Equal(new Fault(ErrorCodes.UnboundVariable, "health_check_config.health_checker.shell.shell_command", command, rule), Assert.Single(JobValidation.Check(submitted)));
    }

    [Theory]
    [InlineData("0 0 1 1 *")]
    [InlineData("59 23 * DEC SAT")]
    [InlineData("0,30 */2 1-31/7 * *")]
    [InlineData("* * * * 0-6")]
    [InlineData("  5  4 * * sun ")]
    public void ACronScheduleOfFiveFields_IsAccepted(string schedule) => Assert.Null(CronSyntax.Fault(schedule));

    [Theory]
    [InlineData("* * * *", "must have five fields: minute, hour, day of month, month, day of week")]
    [InlineData("@daily", "must have five fields: minute, hour, day of month, month, day of week")]
    [InlineData("60 * * * *", "the minute '60' must be a list of N, *, A-B, */K or A-B/K with numbers from 0 to 59")]
    [InlineData("* 5/2 * * *", "the hour '5/2' must be a list of N, *, A-B, */K or A-B/K with numbers from 0 to 23")]
    [InlineData("* * 9-3 * *", "the day of month '9-3' must be a list of N, *, A-B, */K or A-B/K with numbers from 1 to 31")]
    [InlineData("* * * 13 *", "the month '13' must be a list of N, *, A-B, */K or A-B/K with numbers from 1 to 12 or JAN to DEC")]
    [InlineData("* * * * 7", "the day of week '7' must be a list of N, *, A-B, */K or A-B/K with numbers from 0 to 6 or SUN to SAT")]
    [InlineData("* * ? * *", "the day of month '?' must be a list of N, *, A-B, */K or A-B/K with numbers from 1 to 31")]
    [InlineData("*/0 * * * *", "the minute '*/0' must be a list of N, *, A-B, */K or A-B/K with numbers from 0 to 59")]
    [InlineData("1-5/5 * * * *", "the minute '1-5/5' must be a list of N, *, A-B, */K or A-B/K with numbers from 0 to 59")]
    [InlineData("1,,2 * * * *", "the minute '1,,2' must be a list of N, *, A-B, */K or A-B/K with numbers from 0 to 59")]
    [InlineData("* * 1 * MON", "the day of month and the day of week cannot both be restricted; one of them must be *")]
    public void AnotherCronSchedule_IsRefused(string schedule, string rule) => Assert.Equal(rule, CronSyntax.Fault(schedule));

    private static System.Text.Json.Nodes.JsonObject Merged(string given)
    {
        var tree = Read.Tree(Read.Small);
        foreach (var (name, value) in Read.Tree(given))
        {
            tree[name] = value?.DeepClone();
        }

        return tree;
    }
}
