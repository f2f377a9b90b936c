using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Aurora.Broker.State;
using Aurora.Core.Messages;

namespace Aurora.Broker.Dispatch;

/// <summary>
/// What a coordinator is sent and answers: the JSON of Aurora's documentation ("Coordinator Interface"), names and shape, so that coordinators written for Aurora
/// understand it. The configuration in <c>taskConfig.assignedTask.task</c> is our job JSON with Aurora's <c>job</c> key beside it.
/// </summary>
internal static class CoordinatorBody
{
    /// <summary>The address, with the task as its <c>task</c> parameter.</summary>
    public static Uri Address(AskCoordinator question)
    {
        var address = new UriBuilder(question.Policy.CoordinatorUrl!) { Fragment = "" }; // A coordinator is asked where the policy has one.
        var parameter = $"task={Uri.EscapeDataString(TaskKey(question))}";
        address.Query = address.Query.Length > 1 ? $"{address.Query}&{parameter}" : parameter;
        return address.Uri;
    }

    /// <summary>The body: UTF-8 JSON.</summary>
    public static byte[] Write(AskCoordinator question)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("task", TaskKey(question));
            if (question.TimeLeft is { } left)
                json.WriteString("forceMaintenanceCountdownMs", Math.Max(0, (long)left.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)); // Text, as Aurora sends it.
            json.WriteStartObject("taskConfig");
            WriteTask(json, question);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether the answer allows: a JSON object whose field is <c>true</c>, nothing else.</summary>
    public static bool Allows(ReadOnlyMemory<byte> body, string statusKey)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(statusKey, out var value) && value.ValueKind == JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteTask(Utf8JsonWriter json, AskCoordinator question)
    {
        var task = question.Task;
        json.WriteStartObject("assignedTask");
        json.WriteString("taskId", task.Id.Value);
        json.WriteString("slaveId", task.Worker?.Value);
        json.WriteString("slaveHost", question.Host);
        json.WriteNumber("instanceId", task.Instance);
        json.WriteStartObject("assignedPorts");
        foreach (var (name, port) in task.Ports)
            json.WriteNumber(name, port);
        json.WriteEndObject();
        json.WriteStartObject("task");
        WriteConfiguration(json, question);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("status", task.State.ToString().ToUpperInvariant());
        json.WriteNumber("failureCount", task.FailureCount);
        if (task.Ancestor is { } ancestor)
            json.WriteString("ancestorId", ancestor.Value);
        json.WriteStartArray("taskEvents");
        foreach (var step in task.Events)
            WriteEvent(json, step);
        json.WriteEndArray();
    }

    private static void WriteConfiguration(Utf8JsonWriter json, AskCoordinator question)
    {
        json.WriteStartObject("job");
        json.WriteString("role", question.Task.Job.Role);
        json.WriteString("environment", question.Task.Job.Environment);
        json.WriteString("name", question.Task.Job.Name);
        json.WriteEndObject();
        foreach (var field in JsonSerializer.SerializeToElement(question.Job, AuroraJson.Default.JobConfiguration).EnumerateObject())
            field.WriteTo(json);
    }

    private static void WriteEvent(Utf8JsonWriter json, TaskEvent step)
    {
        json.WriteStartObject();
        json.WriteNumber("timestamp", step.At.ToUnixTimeMilliseconds());
        json.WriteString("status", step.State.ToString().ToUpperInvariant());
        if (step.Message is { } message)
            json.WriteString("message", message);
        json.WriteString("scheduler", step.Broker);
        json.WriteEndObject();
    }

    private static string TaskKey(AskCoordinator question) => string.Create(CultureInfo.InvariantCulture, $"{question.Task.Job}/{question.Task.Instance}");
}
