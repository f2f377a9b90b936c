using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Broker.State;
using Aurora.Broker.Storage.Rows;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Storage;

/// <summary>
/// The JSON of columns that hold lists and documents. The same shape as on the wire (<see cref="AuroraJson"/>: snake_case, enumerations in capitals,
/// unknown fields ignored), so that a row written by the release before reads back, but for a database: text that is not ASCII stays readable.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    Converters = [
        typeof(UpperSnakeEnumConverter<TaskState>), typeof(UpperSnakeEnumConverter<ProcessState>), typeof(UpperSnakeEnumConverter<ReplyCode>),
        typeof(UpperSnakeEnumConverter<InstanceState>)])]
[JsonSerializable(typeof(ImmutableArray<TaskEvent>))]
[JsonSerializable(typeof(ImmutableArray<ProcessReport>))]
[JsonSerializable(typeof(ImmutableArray<StoredProgress>))]
[JsonSerializable(typeof(ImmutableArray<UpdateEvent>))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, int>))]
[JsonSerializable(typeof(ResourceUsage))]
[JsonSerializable(typeof(UpdateConfiguration))]
[JsonSerializable(typeof(JobConfiguration))]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(DrainRequest))]
internal sealed partial class StoreJson : JsonSerializerContext
{
    private static StoreJson? columns;

    /// <summary>
    /// The context to use. The relaxed encoder is safe here: the text goes into a parameter, never into a page or a script.
    /// Made at its first use: the generated part of the class has static fields that must be there before.
    /// </summary>
    public static StoreJson Columns =>
        columns ??= new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
