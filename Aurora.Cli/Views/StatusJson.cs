using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Client.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Cli.Views;

/// <summary>A status as JSON, in the original's shape: a list of jobs with active and inactive tasks, or an object with an error when nothing matches.</summary>
internal static class StatusJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(string asked, IReadOnlyList<TaskSummary> tasks)
    {
        if (tasks.Count == 0)
        {
            return new JsonObject { ["jobspec"] = asked, ["error"] = "No matching jobs found" }.ToJsonString(Indented);
        }

        var jobs = tasks.GroupBy(t => t.Job.ToString()).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (JsonNode)new JsonObject
        {
            ["job"] = g.Key,
            ["active"] = Tasks(g.Where(t => !JobProgress.IsTerminal(t.State))),
            ["inactive"] = Tasks(g.Where(t => JobProgress.IsTerminal(t.State))),
        });
        return new JsonArray([.. jobs]).ToJsonString(Indented);
    }

    private static JsonArray Tasks(IEnumerable<TaskSummary> tasks) =>
        new([.. tasks.Select(t => JsonSerializer.SerializeToNode(t, AuroraJson.Default.TaskSummary))]);
}
