using Aurora.Core.Configuration;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class WriterTests
{
    [Fact]
    public void AJob_IsWrittenWhole_WithSortedKeys()
    {
        var job = Read.With("task.processes[0].cmdline", "\"a && b > 'c' \\\"é\\\"\"").Good();

        Assert.Equal("""
            {
              "cluster": "c1",
              "constraints": {},
              "cron_collision_policy": "KILL_EXISTING",
              "enable_hooks": false,
              "environment": "prod",
              "health_check_config": {
                "health_checker": {
                  "http": {
                    "endpoint": "/health",
                    "expected_response": "ok",
                    "expected_response_code": 0
                  }
                },
                "initial_interval_secs": 15,
                "interval_secs": 10,
                "max_consecutive_failures": 0,
                "min_consecutive_successes": 1,
                "timeout_secs": 1
              },
              "instances": 1,
              "lifecycle": {
                "http": {
                  "graceful_shutdown_endpoint": "/quitquitquit",
                  "graceful_shutdown_wait_secs": 5,
                  "port": "health",
                  "shutdown_endpoint": "/abortabortabort",
                  "shutdown_wait_secs": 5
                }
              },
              "max_task_failures": 1,
              "metadata": [],
              "name": "j",
              "priority": 0,
              "production": false,
              "role": "www",
              "service": false,
              "task": {
                "constraints": [],
                "finalization_wait": 30,
                "max_concurrency": 0,
                "max_failures": 1,
                "name": "t",
                "processes": [
                  {
                    "cmdline": "a && b > 'c' \"é\"",
                    "daemon": false,
                    "ephemeral": false,
                    "final": false,
                    "max_failures": 1,
                    "min_duration": 5,
                    "name": "p"
                  }
                ],
                "resources": {
                  "cpu": 1.5,
                  "disk": 2097152,
                  "gpu": 0,
                  "ram": 1048576
                }
              },
              "task_links": {},
              "update_config": {
                "batch_size": 1,
                "max_per_shard_failures": 0,
                "max_total_failures": 0,
                "rollback_on_failure": true,
                "sla_aware": false,
                "wait_for_batch_completion": false,
                "watch_secs": 45
              }
            }
            """.ReplaceLineEndings("\n"), JobConfigurationWriter.Write(job, indented: true));
    }

    [Theory]
    [InlineData("instances", "5", false)]
    [InlineData("update_config.watch_secs", "5", false)]
    [InlineData("contact", "\"me\"", true)]
    [InlineData("metadata", """[{"key":"a","value":"b"}]""", true)]
    [InlineData("priority", "5", true)]
    [InlineData("task.processes[0].cmdline", "\"false\"", true)]
    [InlineData("task.resources.ram", "\"2MB\"", true)]
    [InlineData("task.resources.ram", "\"1MB\"", false)]
    public void OnlyWhatATaskDependsOn_ChangesItsFingerprint(string path, string json, bool changes)
    {
        var before = TaskFingerprint.Of(Read.Text(Read.Small).Good());
        var after = TaskFingerprint.Of(Read.With(path, json).Good());

        Assert.Equal(changes, before != after);
        Assert.Matches("^[0-9a-f]{64}$", after);
    }

    [Fact]
    public void TheOrderOfAMap_DoesNotChangeTheFingerprint() => Assert.Equal(
        TaskFingerprint.Of(Read.With("constraints", """{"a":"1","b":"2"}""").Good()),
        TaskFingerprint.Of(Read.With("constraints", """{"b":"2","a":"1"}""").Good()));

    /// <summary>Running clusters keep fingerprints: a new release must come to the same ones, or every update would replace everything.</summary>
    [Fact]
    public void TheFingerprint_StaysTheSameFromReleaseToRelease() =>
        Assert.Equal("162f08fa586333da4e1c524e4560e8b5d18b917502c07138c25505b6b011de59", TaskFingerprint.Of(Read.Text(Read.Small).Good()));
}
