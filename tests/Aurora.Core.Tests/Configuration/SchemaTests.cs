using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Aurora.Core.Configuration;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class SchemaTests
{
    [Theory]
    [InlineData(typeof(JobConfiguration), "Job")]
    [InlineData(typeof(TaskConfiguration), "Task")]
    [InlineData(typeof(ProcessConfiguration), "Process")]
    [InlineData(typeof(OrderConstraint), "Constraint")]
    [InlineData(typeof(ResourceGrant), "Resources")]
    [InlineData(typeof(LoggerConfiguration), "Logger")]
    [InlineData(typeof(RotatePolicyConfiguration), "RotatePolicy")]
    [InlineData(typeof(UpdateConfiguration), "UpdateConfig")]
    [InlineData(typeof(UpdateStrategyConfiguration), "QueueUpdateStrategy", "BatchUpdateStrategy", "VariableBatchUpdateStrategy")]
    [InlineData(typeof(HealthCheckConfiguration), "HealthCheckConfig")]
    [InlineData(typeof(HealthCheckerConfiguration), "HealthCheckerConfig")]
    [InlineData(typeof(HttpHealthCheckerConfiguration), "HttpHealthChecker")]
    [InlineData(typeof(ShellHealthCheckerConfiguration), "ShellHealthChecker")]
    [InlineData(typeof(LifecycleConfiguration), "LifecycleConfig")]
    [InlineData(typeof(HttpLifecycleConfiguration), "HttpLifecycleConfig")]
    [InlineData(typeof(AnnounceConfiguration), "Announcer")]
    [InlineData(typeof(ExecutorConfiguration), "ExecutorConfig")]
    [InlineData(typeof(PartitionPolicyConfiguration), "PartitionPolicy")]
    [InlineData(typeof(PlacementConfiguration), "Placement")]
    [InlineData(typeof(SlaPolicyConfiguration), "CoordinatorSlaPolicy", "CountSlaPolicy", "PercentageSlaPolicy")]
    [InlineData(typeof(MetadataEntry), "Metadata")]
    [InlineData(typeof(ContainerConfiguration), "Container", "Docker", "Mesos")]
    [InlineData(typeof(DockerConfiguration), "Docker")]
    [InlineData(typeof(DockerParameter), "Parameter")]
    [InlineData(typeof(VolumeConfiguration), "Volume")]
    public void EveryRecord_HasExactlyTheFieldsOfItsStructs(Type record, params string[] structs)
    {
        var inRecord = AuroraJson.Default.GetTypeInfo(record)!.Properties.Where(p => p.Get is not null).Select(p => p.Name).Order();
        var inSchema = structs.SelectMany(name => Structs[name].Fields).Select(f => f.Name).Distinct().Order();

        Assert.Equal(inSchema, inRecord);
    }

    [Fact]
    public void EveryDefault_IsWhatTheRecordItselfDefaultsTo()
    {
        var read = Tree(Read.Text(Read.Small).Good());
        var bare = Tree(JsonSerializer.Deserialize(Read.Small, AuroraJson.Default.JobConfiguration)!);

        Assert.Equal(bare.ToJsonString(), read.ToJsonString());
    }

    [Theory]
    [InlineData("""{"announce":{}}""", """{"announce":{"portmap":{"aurora":"http"},"primary_port":"http"}}""")]
    [InlineData("""{"partition_policy":{}}""", """{"partition_policy":{"delay_secs":0,"reschedule":true}}""")]
    [InlineData("""{"executor_config":{}}""", """{"executor_config":{"data":"","name":"AuroraExecutor"}}""")]
    [InlineData("""{"sla_policy":{"coordinator_url":"http://x"}}""", """{"sla_policy":{"coordinator_url":"http://x","status_key":"drain"}}""")]
    [InlineData("""{"update_config":{"update_strategy":{}}}""", """{"update_strategy":{"batch_size":1}}""")]
    [InlineData("""{"update_config":{"update_strategy":{"autopause_after_batch":true}}}""", """{"update_strategy":{"autopause_after_batch":true,"batch_size":1}}""")]
    [InlineData("""{"update_config":{"update_strategy":{"batch_sizes":[1,2]}}}""", """{"update_strategy":{"autopause_after_batch":false,"batch_sizes":[1,2]}}""")]
    [InlineData("""{"container":{"image":"a"}}""", """{"container":{"image":"a","parameters":[]}}""")]
    [InlineData("""{"container":{"docker":{"image":"a"}}}""", """{"container":{"docker":{"image":"a","parameters":[]}}}""")]
    [InlineData("""{"container":{"image":{"name":"a","tag":"b"}}}""", """{"container":{"image":{"name":"a","tag":"b"}}}""")]
    [InlineData("""{"health_check_config":{"health_checker":{"shell":{"shell_command":"x"}}}}""", """{"health_checker":{"shell":{"shell_command":"x"}}""")]
    [InlineData("""{"lifecycle":{}}""", """{"lifecycle":{}}""")]
    [InlineData("""{"lifecycle":null}""", """{"lifecycle":{"http":{"graceful_shutdown_endpoint":"/quitquitquit",""")]
    public void TheDefaultsOfAStructThatIsGiven_AreFilledIn(string given, string expected)
    {
        var tree = Read.Tree(Read.Small);
        foreach (var (name, value) in Read.Tree(given))
        {
            tree[name] = value?.DeepClone();
        }

        var written = JobConfigurationWriter.Write(Read.Job(tree).Good(), indented: false);

        Assert.Contains(expected.Trim('{', '}'), written, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryStructAndField_HasOneLineOfDocumentation() =>
        Assert.All(Structs.Values.SelectMany(s => s.Fields.Select(f => f.Doc).Append(s.Doc)), doc => Assert.Matches(@"^[A-Z][^\n]{3,150}\.$", doc));

    private static JsonNode Tree(JobConfiguration job) => JsonSerializer.SerializeToNode(job, AuroraJson.Default.JobConfiguration)!;

    private static readonly Dictionary<string, StructSchema> Structs = Collect(JobSchema.Job).DistinctBy(s => s.Name).ToDictionary(s => s.Name);

    private static IEnumerable<StructSchema> Collect(StructSchema schema) => schema.Fields.SelectMany(f => Collect(f.Type)).Prepend(schema);

    private static IEnumerable<StructSchema> Collect(FieldType type) => type switch
    {
        StructType single => Collect(single.Struct),
        ChoiceType choice => choice.Alternatives.SelectMany(Collect),
        ListType list => Collect(list.Item),
        _ => [],
    };
}
