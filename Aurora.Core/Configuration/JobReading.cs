using Aurora.Core.Errors;

namespace Aurora.Core.Configuration;

/// <summary>What came of reading a job.</summary>
/// <param name="Job">The job, bound and with defaults filled in; null when there is any fault.</param>
/// <param name="Faults">
/// Everything that is wrong with it, in the order of the file when places are known, else templates first, then fields, then rules between
/// fields.
/// </param>
public sealed record JobReading(JobConfiguration? Job, IReadOnlyList<Fault> Faults);

/// <summary>How to read a job.</summary>
public sealed record JobReadingOptions
{
    /// <summary>
    /// Values for templates, for example <c>profile.name</c> to <c>x</c> for <c>{{profile.name}}</c>. Fields of the job come before them.
    /// </summary>
    public IReadOnlyDictionary<string, string> Bindings { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Tells where a field stands in its file, by its path, for example <c>task.processes[1].cmdline</c>; null when the file does not say.
    /// </summary>
    public Func<string, SourceLocation?>? Locate { get; init; }

    /// <summary>
    /// Whether templates are bound. False takes every text as it stands, escapes included: for jobs that were bound before. Defaults are
    /// bound all the same.
    /// </summary>
    public bool BindTemplates { get; init; } = true;
}

/// <summary>A place in a job file.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
public sealed record SourceLocation(string File, int Line, int Column);

/// <summary>What is known of a job's key before the job is read; null where a part is missing or not a plain value.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Role">The role.</param>
/// <param name="Environment">The environment.</param>
/// <param name="Name">The name.</param>
public sealed record JobKeyReading(string? Cluster, string? Role, string? Environment, string? Name);
