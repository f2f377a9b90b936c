using System.CommandLine;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Cli.Verbs;

/// <summary>Arguments and options that several verbs have, and how their texts are read.</summary>
internal static class Arguments
{
    internal static Argument<string> Key() => new("KEY") { Description = "The job: cluster/role/environment/name." };

    internal static Argument<string> KeyAndInstances() => new("KEY/INSTANCES") { Description = "The job and its instances: cluster/role/environment/name/0,2-4." };

    internal static Argument<string> Cluster() => new("CLUSTER") { Description = "The cluster's name." };

    internal static Argument<string[]> Workers() => new("NAME") { Description = "The workers' ids or host names.", Arity = ArgumentArity.OneOrMore };

    internal static Argument<string> JobFile() => new("FILE") { Description = "The job file: .json, .yaml or .aurora." };

    internal static Option<string[]> Bind() => new("--bind") { Description = "A value for a template: name=value. May be repeated.", HelpName = "name=value" };

    internal static Option<string?> Message() => new("--message", "-m") { Description = "Why, for the job's history." };

    internal static Option<bool> WriteJson() => new("--write-json") { Description = "Print JSON." };

    /// <exception cref="AuroraException">AUR1202: a binding is not name=value, or is given twice.</exception>
    internal static IReadOnlyDictionary<string, string> ReadBindings(IReadOnlyList<string>? texts)
    {
        var bindings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in texts ?? [])
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--bind", text, "must be name=value"));
            }

            if (!bindings.TryAdd(text[..at], text[(at + 1)..]))
            {
                throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--bind", text, "gives this name a second value"));
            }
        }

        return bindings;
    }

    internal static Argument<string> KeyAndInstance() => new("KEY/INSTANCE") { Description = "The job and one instance: cluster/role/environment/name/0. Instance 0 without it." };

    internal static Option<string?> Task() => new("--task") { Description = "One attempt by its task id; without it the newest that has started." };

    /// <summary>Reads <c>cluster/role/environment/name[/instance]</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="otherwise">The instance where none is named; null where one must be.</param>
    /// <exception cref="AuroraException">AUR1201, AUR1202, AUR1203.</exception>
    internal static (JobKey Job, int Instance) ReadKeyAndInstance(string text, int? otherwise) => ReadKeyAndInstances(text) switch
    {
        (var job, [var instance]) => (job, instance),
        (var job, null) when otherwise is { } instance => (job, instance),
        var (job, _) => throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "KEY/INSTANCE", text, $"must name exactly one instance, for example {job}/0")),
    };

    /// <exception cref="AuroraException">AUR1202: not a task id.</exception>
    internal static TaskId? ReadTask(string? text) => text is null ? null
        : TaskId.IsValid(text) ? new TaskId(text)
        : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "--task", text, "is not a task id"));

    /// <summary>Reads <c>cluster/role/environment/name[/instances]</c>; null for all instances.</summary>
    /// <exception cref="AuroraException">AUR1201, AUR1203.</exception>
    internal static (JobKey Job, IReadOnlyList<int>? Instances) ReadKeyAndInstances(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 5
            ? (JobKey.Parse(string.Join('/', parts[..4])), InstanceRanges.Parse(parts[4]))
            : (JobKey.Parse(text), null);
    }
}
