using Aurora.Core.Configuration.Reading;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Templates;

/// <summary>Says what is wrong with the references that are left in a text.</summary>
internal static class UnboundTemplates
{
    /// <summary>A fault for each reference that neither the reader nor the worker can bind.</summary>
    public static IReadOnlyList<Fault> In(string text, string path)
    {
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return [];
        }

        var around = TemplateSyntax.Around().Match(text);
        return around.Success
            ? [Fault(text, path, $"{around.Value} cannot be bound: the index is only known on the worker")]
            : [.. RuntimeTemplates.Unbound(text).Select(reference => Fault(text, path, Rule(reference)))];
    }

    /// <summary>A fault for a text whose expansion was given up.</summary>
    public static Fault Endless(string text, string path, string reason) => Fault(text, path, $"the template {reason}");

    private static Fault Fault(string text, string path, string rule) => new(ErrorCodes.UnboundVariable, path, ShownValue.Of(text), rule);

    private static string Rule(string reference) => TemplateSyntax.Parts(reference) switch
    {
        null =>
            $"{{{{{reference}}}}} is not a reference such as {{{{name.field[index]}}}}, without spaces; for the literal text write {{{{&{reference}}}}}",
        ["mesos" or "thermos", ..] => $"{{{{{reference}}}}} has no value; the worker binds mesos.instance, mesos.hostname, thermos.task_id and thermos.ports[NAME]",
        _ => $"{{{{{reference}}}}} has no value: no field has this name here; give it with --bind {reference}=VALUE, or write {{{{&{reference}}}}} for the literal text",
    };
}
