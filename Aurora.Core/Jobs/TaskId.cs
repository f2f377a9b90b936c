using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurora.Core.Jobs;

/// <summary>
/// Names one attempt at an instance: <c>role-environment-name-instance-uuid</c> with every character outside <c>[\w-]</c> replaced by
/// <c>-</c> (aurora-spec section 1). It is safe as a file name and as a queue argument. It cannot be read back into a job key.
/// </summary>
/// <param name="Value">The text.</param>
[JsonConverter(typeof(TaskIdJsonConverter))]
public readonly record struct TaskId(string Value)
{
    /// <summary>Makes the id of a new attempt.</summary>
    /// <param name="job">The job.</param>
    /// <param name="instance">The instance number, 0 or more.</param>
    /// <param name="unique">A fresh unique value; an argument, because Core has no randomness.</param>
    /// <returns>The id.</returns>
    public static TaskId Create(JobKey job, int instance, Guid unique)
    {
        var text = $"{job.Role}-{job.Environment}-{job.Name}-{instance}-{unique}";
        return new TaskId(string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '_' or '-' ? source[i] : '-';
            }
        }));
    }

    /// <summary>Says whether a text can be a task id: it becomes a folder name, so nothing else is let in.</summary>
    /// <param name="text">The text to look at.</param>
    /// <returns>True when it has 1 to 1,000 characters out of letters, digits, '_' and '-'.</returns>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= 1000 } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>The id's text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value;

    internal sealed class TaskIdJsonConverter : JsonConverter<TaskId>
    {
        public override TaskId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString();
            return IsValid(text) ? new TaskId(text!) : throw new JsonException($"'{text}' is not a task id.");
        }

        public override void Write(Utf8JsonWriter writer, TaskId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
