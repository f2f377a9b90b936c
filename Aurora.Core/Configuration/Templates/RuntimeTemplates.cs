using System.Globalization;

namespace Aurora.Core.Configuration.Templates;

/// <summary>The templates that stay in a submitted job, because only the worker knows their values (aurora-spec section 2.12).</summary>
public static class RuntimeTemplates
{
    /// <summary>
    /// Binds a command line for one task, in one pass: values are not looked at again, so that a host name cannot bring in another template.
    /// Escapes (<c>{{&amp;x}}</c>) become literals. A port that has no number is left as it stands, and so is any other unknown name.
    /// </summary>
    /// <param name="cmdline">The command line of a bound job, or a shell health check's command.</param>
    /// <param name="instance">The instance's number: <c>{{mesos.instance}}</c>.</param>
    /// <param name="hostname">The worker's host name: <c>{{mesos.hostname}}</c>.</param>
    /// <param name="taskId">The task's id: <c>{{thermos.task_id}}</c>.</param>
    /// <param name="ports">The task's ports (<see cref="PortPlan.Bind"/>): <c>{{thermos.ports[NAME]}}</c>; null for none.</param>
    /// <returns>What the shell gets.</returns>
    public static string Bind(string cmdline, int instance, string hostname, string taskId, IReadOnlyDictionary<string, int>? ports = null) =>
        !cmdline.Contains("{{", StringComparison.Ordinal) ? cmdline : TemplateSyntax.Braces().Replace(cmdline, match => match.Groups[1].Value switch
        {
            "mesos.instance" => instance.ToString(CultureInfo.InvariantCulture),
            "mesos.hostname" => hostname,
            "thermos.task_id" => taskId,
            ['&', .. var literal] => "{{" + literal + "}}",
            var reference => Port(reference, ports)?.ToString(CultureInfo.InvariantCulture) ?? match.Value,
        });

    /// <summary>The ports that a text asks for as <c>{{thermos.ports[NAME]}}</c>.</summary>
    /// <param name="text">A command line of a bound job.</param>
    /// <returns>The names, in order, each once.</returns>
    public static IReadOnlyList<string> Ports(string text) =>
        [.. References(text).Select(r => TemplateSyntax.RunTimeName().Match(r).Groups["port"]).Where(g => g.Success).Select(g => g.Value).Distinct()];

    /// <summary>The references in a text that even the worker cannot bind.</summary>
    /// <param name="text">A text of a bound job.</param>
    /// <returns>What stands inside the braces, in order, each once.</returns>
    public static IReadOnlyList<string> Unbound(string text) =>
        [.. References(text).Where(r => !TemplateSyntax.RunTimeName().IsMatch(r)).Distinct()];

    private static IEnumerable<string> References(string text) => text.Contains("{{", StringComparison.Ordinal)
        ? TemplateSyntax.Braces().Matches(text).Select(m => m.Groups[1].Value).Where(r => !TemplateSyntax.IsEscape(r))
        : [];

    private static int? Port(string reference, IReadOnlyDictionary<string, int>? ports) =>
        ports is not null && TemplateSyntax.RunTimeName().Match(reference).Groups["port"] is { Success: true } port && ports.TryGetValue(port.Value, out var number)
            ? number : null;
}
