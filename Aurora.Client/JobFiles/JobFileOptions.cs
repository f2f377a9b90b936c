namespace Aurora.Client.JobFiles;

/// <summary>How a job file is read.</summary>
public sealed record JobFileOptions
{
    /// <summary>
    /// Values for templates, for example <c>profile.name</c> to <c>x</c> for <c>{{profile.name}}</c>. They apply at each job: fields and, in an .aurora file,
    /// bindings inside the job come before them; the job's own bindings come after (aurora-spec appendix B, rule 7).
    /// </summary>
    public IReadOnlyDictionary<string, string> Bindings { get; init; } = new Dictionary<string, string>();

    /// <summary>How long an .aurora file may run before it is ended with AUR1004; greater than 0, at most 1 hour, default 10 seconds.</summary>
    public TimeSpan PythonTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The Python 3.9 or later that runs .aurora files: a path or a name that is looked up on PATH; null looks up <c>python3</c>.</summary>
    public string? PythonPath { get; init; }
}
