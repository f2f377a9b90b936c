using System.Text.Json.Nodes;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class SupportCheckTests
{
    [Theory]
    [InlineData("announce.zk_path", "\"/x\"")]
    [InlineData("cron_schedule", "\"* * * * *\"")]
    [InlineData("cron_collision_policy", "\"CANCEL_NEW\"")]
    [InlineData("container", """{"docker":{"image":"a"}}""")]
    [InlineData("container", """{"image":"a"}""")]
    [InlineData("container", """{"volumes":[{"container_path":"/a","host_path":"/b","mode":"RO"}]}""")]
    [InlineData("executor_config", """{"name":"x"}""")]
    [InlineData("executor_config", """{"data":"x"}""")]
    [InlineData("enable_hooks", "true")]
    [InlineData("task_links", """{"a":"b"}""")]
    [InlineData("update_config.wait_for_batch_completion", "true")]
    [InlineData("update_config.pulse_interval_secs", "60")]
    [InlineData("update_config.update_strategy", "{}")]
    public void WhatThisReleaseCannotDo_IsRefusedByName(string path, string json)
    {
        var fault = Assert.Single(SupportCheck.Unsupported(Read.With(path, json).Good()));

        Assert.Equal((ErrorCodes.NotSupportedYet, path), (fault.Code, fault.Field));
        Assert.StartsWith($"not supported yet: {path}", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void SlaAwareUpdates_AreRefused_ThoughTheirPolicyIsNot() => Assert.Equal(
        ["update_config.sla_aware"],
        SupportCheck.Unsupported(Read.Job(Read.SmallWith(("sla_policy", """{"coordinator_url":"http://x"}"""), ("update_config.sla_aware", "true"))).Good()).Select(f => f.Field));

    [Theory]
    [InlineData("service", "true")]
    [InlineData("priority", "1")]
    [InlineData("constraints", """{"host":"limit:1","rack":"!a,b","dedicated":"www/x"}""")]
    [InlineData("placement", """{"strategy":"pack","by":"rack"}""")]
    [InlineData("task.resources.gpu", "1")]
    [InlineData("contact", "\"me\"")]
    [InlineData("metadata", """[{"key":"a","value":"b"}]""")]
    [InlineData("instances", "7")]
    [InlineData("max_task_failures", "-1")]
    [InlineData("tier", "\"preferred\"")]
    [InlineData("production", "true")]
    [InlineData("priority", "-1")]
    [InlineData("executor_config", "{}")]
    [InlineData("partition_policy", "{}")]
    [InlineData("partition_policy", """{"delay_secs":1,"stop_after_secs":30}""")]
    [InlineData("partition_policy", """{"reschedule":false}""")]
    [InlineData("container", "{}")]
    [InlineData("lifecycle", "{}")]
    [InlineData("lifecycle", """{"http":{}}""")]
    [InlineData("task.max_failures", "3")]
    [InlineData("task.constraints", """[{"order":["p"]}]""")]
    [InlineData("task.processes[0].max_failures", "0")]
    [InlineData("task.processes[0].min_duration", "1")]
    [InlineData("task.processes[0].logger", "{}")]
    [InlineData("task.processes[0].cmdline", "\"{{mesos.instance}} {{mesos.hostname}} {{thermos.task_id}} {{&thermos.ports[x]}}\"")]
    [InlineData("update_config", """{"batch_size":2,"watch_secs":1,"max_per_shard_failures":1,"rollback_on_failure":false}""")]
    [InlineData("health_check_config.health_checker.shell", """{"shell_command":"true"}""")]
    [InlineData("lifecycle.http", """{"port":"other"}""")]
    [InlineData("task.max_concurrency", "1")]
    [InlineData("task.finalization_wait", "31")]
    [InlineData("task.processes[0].daemon", "true")]
    [InlineData("task.processes", """[{"name":"p","cmdline":"x"},{"name":"e","cmdline":"y","ephemeral":true},{"name":"f","cmdline":"z","final":true,"daemon":true}]""")]
    [InlineData("task.processes[0].logger", """{"destination":"both","mode":"rotate","rotate":{"log_size":1000,"backups":2}}""")]
    [InlineData("task.processes[0].final", "true")]
    [InlineData("task.processes[0].logger.destination", "\"none\"")]
    [InlineData("task.processes[0].logger.mode", "\"rotate\"")]
    [InlineData("task.processes[0].logger.rotate", "{}")]
    [InlineData("task.processes[0].cmdline", "\"x {{thermos.ports[http]}}\"")]
    [InlineData("announce", "{}")]
    [InlineData("announce", """{"primary_port":"web","portmap":{"aurora":"web","health":"admin"}}""")]
    [InlineData("health_check_config", """{"min_consecutive_successes":2}""")]
    [InlineData("sla_policy", """{"coordinator_url":"http://x"}""")]
    [InlineData("lifecycle.http", """{"graceful_shutdown_wait_secs":1}""")]
    public void WhatThisReleaseCanDo_IsAccepted(string path, string json) => Assert.Empty(SupportCheck.Unsupported(Read.With(path, json).Good()));

    /// <summary>Whoever adds a field to the job must decide whether this release can do it: each one is in one of both tables above.</summary>
    [Fact]
    public void EveryFieldOfTheJob_IsDecidedUpon()
    {
        var decided = typeof(SupportCheckTests).GetMethods().SelectMany(m => m.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>())
            .Select(d => (string)d.Data[0]!).Select(p => p.Split('.')[0]).Distinct();

        var fields = Read.Tree(JobConfigurationWriter.Write(Read.Text(Read.Small).Good(), indented: false)).Select(f => f.Key);
        Assert.Equal(["cluster", "environment", "health_check_config", "name", "role"], fields.Except(decided.Where(d => d != "health_check_config")).Order());
    }
}
