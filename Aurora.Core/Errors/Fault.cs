namespace Aurora.Core.Errors;

/// <summary>
/// One thing that is wrong with an input: which field, which value, which rule. A reader of input collects all faults and reports them together.
/// </summary>
/// <param name="Code">The stable code, one of <see cref="ErrorCodes"/>; the same in cmdlet error ids, the CLI, logs and documentation.</param>
/// <param name="Field">The field's path, for example <c>task.processes[1].cmdline</c>, or the argument's name.</param>
/// <param name="Value">The value as it was given, shortened when it is long; empty when there was none.</param>
/// <param name="Rule">The rule that the value breaks, and where it helps what to do, as a phrase.</param>
public sealed record Fault(string Code, string Field, string Value, string Rule)
{
    /// <summary>The file that the value stands in, when it came from one.</summary>
    public string? File { get; init; }

    /// <summary>The line in <see cref="File"/>, from 1, when it is known.</summary>
    public int? Line { get; init; }

    /// <summary>The column in <see cref="File"/>, from 1, when it is known.</summary>
    public int? Column { get; init; }

    /// <summary>The fault as one line for people: place, field, value, rule. The code stands apart, since each surface shows it its own way.</summary>
    /// <returns>For example <c>job.json:3:9: task.resources.cpu is '-1': must be greater than 0</c>.</returns>
    public override string ToString()
    {
        var place = (File, Line, Column) switch
        {
            (null, _, _) => "",
            (_, null, _) => $"{File}: ",
            (_, _, null) => $"{File}:{Line}: ",
            _ => $"{File}:{Line}:{Column}: ",
        };
        return Value.Length == 0 ? $"{place}{Field}: {Rule}" : $"{place}{Field} is '{Value}': {Rule}";
    }
}
