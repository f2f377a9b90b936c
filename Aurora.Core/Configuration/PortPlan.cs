using System.Globalization;
using Aurora.Core.Configuration.Templates;

namespace Aurora.Core.Configuration;

/// <summary>
/// Which ports a task has (aurora-spec section 2.5 and appendix B rule 15). A port is asked for by its name: as <c>{{thermos.ports[NAME]}}</c> in a
/// command line, or as a target in the announcer's portmap, whose default target is the primary port. The portmap gives names to other names (aliases,
/// followed to their end) and to fixed numbers, for which nothing is allocated. The ports that health checks and lifecycle calls use
/// by name are not asked for by that: without such a port they are inactive.
/// </summary>
public sealed class PortPlan
{
    private readonly SortedDictionary<string, int> statics = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> aliases = new(StringComparer.Ordinal);

    private PortPlan(IEnumerable<string> referenced, IReadOnlyDictionary<string, string> portmap)
    {
        var requested = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in referenced.Concat(portmap.Keys))
        {
            var end = End(name, portmap);
            if (Number(end) is { } number && end != name)
            {
                statics[name] = number;
                continue;
            }

            requested.Add(end);
            if (end != name)
            {
                aliases[name] = end;
            }
        }

        Requested = [.. requested];
    }

    /// <summary>The names to allocate a number for, each once, sorted.</summary>
    public IReadOnlyList<string> Requested { get; }

    /// <summary>The fixed numbers that the task will listen on, each once, sorted: no two tasks on one machine can have the same.</summary>
    public IReadOnlyList<int> FixedNumbers => [.. statics.Values.Distinct().Order()];

    /// <summary>Makes the plan of a task.</summary>
    /// <param name="task">The task of a valid job; its command lines are looked at.</param>
    /// <param name="announce">The job's announcer; null for none.</param>
    /// <param name="health">The job's health check; a shell command may name ports too. Null for none.</param>
    /// <returns>The plan.</returns>
    public static PortPlan Of(TaskConfiguration task, AnnounceConfiguration? announce, HealthCheckConfiguration? health = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        var lines = task.Processes.Select(p => p.Cmdline);
        if (health?.HealthChecker.Shell is { } shell)
        {
            lines = lines.Append(shell.ShellCommand);
        }

        return new PortPlan(lines.SelectMany(RuntimeTemplates.Ports), announce?.Portmap ?? new Dictionary<string, string>());
    }

    /// <summary>Says whether the task has a port of this name, as an allocated one, an alias, or a fixed number.</summary>
    /// <param name="name">The name, for example <c>health</c>.</param>
    /// <returns>True when it has.</returns>
    public bool IsBound(string name) => Requested.Contains(name) || aliases.ContainsKey(name) || statics.ContainsKey(name);

    /// <summary>Gives every name its number.</summary>
    /// <param name="allocated">A number for each of <see cref="Requested"/>; an alias of a name that is missing here is left out.</param>
    /// <returns>Allocated names, aliases and fixed ones, sorted by name.</returns>
    public IReadOnlyDictionary<string, int> Bind(IReadOnlyDictionary<string, int> allocated)
    {
        ArgumentNullException.ThrowIfNull(allocated);
        var bound = new SortedDictionary<string, int>(statics, StringComparer.Ordinal);
        foreach (var name in Requested.Where(allocated.ContainsKey))
        {
            bound[name] = allocated[name];
        }

        foreach (var (alias, name) in aliases.Where(a => allocated.ContainsKey(a.Value)))
        {
            bound[alias] = allocated[name];
        }

        return bound;
    }

    // Validation has refused cycles. Should one come over the wire all the same, the walk ends where it would go round.
    private static string End(string name, IReadOnlyDictionary<string, string> portmap)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (seen.Add(name) && portmap.TryGetValue(name, out var target))
        {
            name = target;
            if (Number(target) is not null)
            {
                break;
            }
        }

        return name;
    }

    private static int? Number(string target) =>
        int.TryParse(target, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
