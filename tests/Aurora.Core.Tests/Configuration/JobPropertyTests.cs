using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class JobPropertyTests
{
    [Fact]
    public void EveryValidJob_IsReadBackFromWhatIsWritten() => Some.Job.Sample(job =>
    {
        Assert.Empty(JobValidation.Check(job));
        foreach (var indented in new[] { false, true })
        {
            var read = Read.Text(JobConfigurationWriter.Write(job, indented)).Good();

            Assert.Equal(Exact(job), Exact(read));
            Assert.Equal(TaskFingerprint.Of(job), TaskFingerprint.Of(read));
        }
    });

    [Fact]
    public void WhateverIsPutIntoAJob_IsReadOrRefused_AndWhatIsReadIsValid() =>
        Gen.Select(Some.Job, Gen.Int[0, 1_000_000], Junk).Sample((job, where, junk) =>
        {
            var tree = Read.Tree(JobConfigurationWriter.Write(job, indented: false));
            Replace(tree, where, junk);

            var reading = Read.Job(tree);

            Assert.NotEqual(reading.Job is null, reading.Faults.Count == 0);
            Assert.All(reading.Faults, f => Assert.True(f.Field.Length > 0 && f.Rule.Length > 0 && f.Code.StartsWith("AUR1", StringComparison.Ordinal)));
            if (reading.Job is not null)
            {
                Assert.Empty(JobValidation.Check(reading.Job));
                _ = SupportCheck.Unsupported(reading.Job);
            }
        });

    [Fact]
    public void WhateverASubmissionHolds_TheBrokersCheckAnswers() =>
        Gen.Select(Some.Job, Gen.Int[0, 1_000_000], Junk).Sample((job, where, junk) =>
        {
            var tree = (JsonObject)JsonSerializer.SerializeToNode(job, AuroraJson.Default.JobConfiguration)!;
            Replace(tree, where, junk);
            try
            {
                var submitted = tree.Deserialize(AuroraJson.Default.JobConfiguration)!;
                if (JobValidation.Check(submitted).Count == 0)
                {
                    _ = SupportCheck.Unsupported(submitted);
                    _ = TaskFingerprint.Of(submitted);
                }
            }
            catch (JsonException)
            {
                // The message itself was refused: another type, or a required field that is absent.
            }
        });

    [Theory]
    [InlineData("""{"cluster":null}""", "cluster")]
    [InlineData("""{"update_config":null}""", "update_config")]
    [InlineData("""{"metadata":null}""", "metadata")]
    [InlineData("""{"health_check_config":{"health_checker":null}}""", "health_check_config.health_checker")]
    [InlineData("""{"task":null}""", "task")]
    [InlineData("""{"task":{"name":"t","processes":[null],"resources":{"cpu":1,"ram":1048576,"disk":1048576}}}""", "task.processes[0]")]
    [InlineData("""{"task":{"name":"t","processes":[{"name":"p","cmdline":"{{x}}"}],"resources":{"cpu":1,"ram":1048576,"disk":1048576}}}""", "task.processes[0].cmdline")]
    [InlineData("""{"instances":0}""", "instances")]
    public void ASubmissionThatDidNotComeThroughTheReader_IsHeldToTheSameRules(string given, string field)
    {
        var tree = Read.Tree(Read.Small);
        foreach (var (name, value) in Read.Tree(given))
        {
            tree[name] = value?.DeepClone();
        }

        var fault = Assert.Single(JobValidation.Check(tree.Deserialize(AuroraJson.Default.JobConfiguration)!));

        Assert.Equal(field, fault.Field);
    }

    [Fact]
    public void ANumberThatIsNone_IsRefused()
    {
        var job = Read.Text(Read.Small).Good();
        var fault = Assert.Single(JobValidation.Check(job with { Task = job.Task with { Resources = job.Task.Resources with { Cpu = double.NaN } } }));

        Assert.Equal((ErrorCodes.OutOfRange, "task.resources.cpu"), (fault.Code, fault.Field));
    }

    private static Gen<string> Junk { get; } = Gen.OneOf(
        "null", "true", "-1", "0", "1.5", "1e300", "99999999999999999999", "\"\"", "\"{{x}}\"", "\"{{&x}}\"", "\"512MB\"", "\"5m\"", "[]", "{}", "[null]", "[{}]", "{\"x\":null}",
        "\"\\u0000\"", "{\"order\":[\"a\",\"a\"]}", "\"{{name}}\"", "[[1]]");

    private static string Exact(JobConfiguration job) => CanonicalJson.Write(JsonSerializer.SerializeToNode(job, AuroraJson.Default.JobConfiguration)!, indented: false);

    /// <summary>Puts a value in the place of one of the tree's nodes.</summary>
    private static void Replace(JsonObject tree, int where, string json)
    {
        var nodes = Below(tree).ToList();
        nodes[where % nodes.Count].ReplaceWith(JsonNode.Parse(json));
    }

    private static IEnumerable<JsonNode> Below(JsonNode node) => (node switch
    {
        JsonObject fields => fields.Select(f => f.Value),
        JsonArray items => items,
        _ => [],
    }).OfType<JsonNode>().SelectMany(child => Below(child).Prepend(child));
}
