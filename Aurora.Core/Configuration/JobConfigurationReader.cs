using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Configuration.Reading;
using Aurora.Core.Configuration.Schema;
using Aurora.Core.Configuration.Templates;
using Aurora.Core.Configuration.Validation;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Core.Configuration;

/// <summary>
/// Reads a job from the tree of a JSON or YAML file or of an object, in the shape of aurora-spec section 2: fills in defaults, binds templates,
/// holds it against the schema and the rules, and reports everything that is wrong at once.
/// </summary>
public static class JobConfigurationReader
{
    /// <summary>Reads a job. The source is not changed.</summary>
    /// <param name="source">The job's tree. Its objects must not repeat a name.</param>
    /// <param name="options">How to read it.</param>
    /// <returns>The job, or its faults, each with field path, value and rule.</returns>
    public static JobReading Read(JsonObject source, JobReadingOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var faults = new FaultList();

        var filled = new HashSet<string>(StringComparer.Ordinal);
        var tree = WithDefaults(source, filled);
        tree = new TemplateBinder(options.Bindings, faults, filled) { OnlyDefaults = !options.BindTemplates }.BindJob(tree);
        faults.EndStage();
        tree = new SchemaReader(faults).ReadJob(tree);
        faults.EndStage();

        var job = tree.Deserialize(AuroraJson.Default.JobConfiguration)!; // An object is never read as null.
        foreach (var fault in JobRules.Check(job, faults))
        {
            faults.Add(fault);
        }

        return faults.All.Count == 0
            ? new JobReading(job, [])
            : new JobReading(null, [.. faults.All.Select(f => Located(f, options.Locate)).OrderBy(f => f.Line ?? 0).ThenBy(f => f.Column ?? 0)]);
    }

    /// <summary>Reads only the job's key, as far as that is possible, for choosing a job from a file that holds several.</summary>
    /// <param name="source">The job's tree.</param>
    /// <param name="options">How to read it.</param>
    /// <returns>The parts; a template that cannot be bound stays in its part.</returns>
    public static JobKeyReading ReadKey(JsonObject source, JobReadingOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        var filled = new HashSet<string>(StringComparer.Ordinal);
        var tree = WithDefaults(source, filled);
        var binder = new TemplateBinder(options.BindTemplates ? options.Bindings : new Dictionary<string, string>(), new FaultList(), filled);
        return new JobKeyReading(Part("cluster"), Part("role"), Part("environment"), Part("name"));

        string? Part(string field) => binder.BindAtJob(tree, field);
    }

    private static JsonObject WithDefaults(JsonObject source, HashSet<string> filled) =>
        (JsonObject)new SchemaDefaults(filled).Fill(new StructType(JobSchema.Job), source, "")!; // An object stays one.

    private static Fault Located(Fault fault, Func<string, SourceLocation?>? locate)
    {
        for (var path = fault.Field; locate is not null && path is not null; path = FieldPath.Parent(path))
        {
            if (locate(path) is { } place)
            {
                return fault with { File = place.File, Line = place.Line, Column = place.Column };
            }
        }

        return fault;
    }
}
