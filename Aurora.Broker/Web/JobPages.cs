using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.Web;

/// <summary>Puts a request through the broker's door.</summary>
internal delegate Task<(Reply? Reply, string? Unreadable)> Call(string name, int version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);

/// <summary>
/// The plain pages behind job URLs: server-rendered, without scripts, every value encoded. They show what the queries answer; a page of at most 1,000 jobs or tasks.
/// </summary>
internal sealed class JobPages(string clusterName)
{
    private const int PageSize = 1000;

    /// <summary>The list of jobs.</summary>
    public async Task ListAsync(HttpContext context, Call call)
    {
        var jobs = await AskAsync<JobPage>(context, call, new GetJobs(Guid.NewGuid(), "web", null, null, null, context.Request.Query["after"], PageSize));
        if (jobs is null)
            return;

        var html = new StringBuilder("<table><tr><th>Job<th>Type<th>Pending<th>Active<th>Finished<th>Failed</tr>");
        foreach (var job in jobs.Jobs)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td><a href=\"/scheduler/{E(job.Key.Path)}\">{E(job.Key.Path)}</a><td>{E(job.Type)}<td>{job.Pending}<td>{job.Active}<td>{job.Finished}<td>{job.Failed}</tr>");
        }

        html.Append("</table>");
        if (jobs.Next is { } next)
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"?after={E(Uri.EscapeDataString(next))}\">More</a></p>");
        await WriteAsync(context, $"Jobs of {clusterName}", html.ToString());
    }

    /// <summary>One job with its tasks.</summary>
    public async Task JobAsync(HttpContext context, Call call)
    {
        var key = new JobKey(clusterName, Route(context, "role"), Route(context, "environment"), Route(context, "name"));
        if (!Identifier.IsValid(key.Role) || !Identifier.IsValid(key.Environment) || !Identifier.IsValid(key.Name))
        {
            await WriteAsync(context, "No such job", "<p>That is no job key.</p>", HttpStatusCode.NotFound);
            return;
        }

        var tasks = await AskAsync<TaskPage>(context, call,
            new GetTasks(Guid.NewGuid(), "web", key.Role, key.Environment, key.Name, null, null, false, context.Request.Query["after"], PageSize));
        if (tasks is null)
            return;
        if (tasks.Tasks.Count == 0)
        {
            await WriteAsync(context, key.ToString(), "<p>There is no such job, or its history is gone.</p>", HttpStatusCode.NotFound);
            return;
        }

        var html = new StringBuilder();
        foreach (var task in tasks.Tasks)
            AppendTask(html, task);
        if (tasks.Next is { } next)
            html.Append(CultureInfo.InvariantCulture, $"<p><a href=\"?after={E(Uri.EscapeDataString(next))}\">More</a></p>");
        await WriteAsync(context, key.ToString(), html.ToString());
    }

    private static string Disk(ResourceUsage used) =>
        used.Disk is { } disk ? string.Create(CultureInfo.InvariantCulture, $"{disk / 1048576.0:0.#} MB disk") : "disk not measured";

    private static void AppendTask(StringBuilder html, TaskSummary task)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>Instance {task.Instance}: {E(Name(task.State))}</h2><p><code>{E(task.TaskId.Value)}</code>");
        if (task.Host is { } host)
            html.Append(CultureInfo.InvariantCulture, $" on {E(host)}");
        html.Append("</p>");
        if (task.Ports is { Count: > 0 } ports)
            html.Append(CultureInfo.InvariantCulture, $"<p>Ports: {E(string.Join(", ", ports.Select(p => $"{p.Key}={p.Value}")))}</p>");
        if (task.Usage is { } used)
            html.Append(CultureInfo.InvariantCulture, $"<p>Used: {used.CpuSecs:0.##} s CPU, at most {used.RamPeak / 1048576.0:0.#} MB memory, {Disk(used)}</p>");
        if (task.PendingReason is { } reason)
            html.Append(CultureInfo.InvariantCulture, $"<p>{E(Name(task.State))}: {E(reason)}</p>");
        html.Append("<table><tr><th>When<th>State<th>Message</tr>");
        foreach (var step in task.Events)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{step.At:yyyy-MM-dd HH:mm:ss.fff}Z<td>{E(Name(step.State))}<td>{E(step.Message)}</tr>");
        html.Append("</table>");
        if (task.Processes.Count == 0)
            return;
        html.Append("<table><tr><th>Process<th>Run<th>State<th>Exit code<th>Signal<th>Started<th>Ended</tr>");
        foreach (var process in task.Processes)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{E(process.Name)}<td>{process.Run}<td>{E(Name(process.State))}<td>{process.ExitCode}<td>{process.Signal}");
            html.Append(CultureInfo.InvariantCulture, $"<td>{process.StartedAt:yyyy-MM-dd HH:mm:ss.fff}<td>{process.EndedAt:yyyy-MM-dd HH:mm:ss.fff}</tr>");
        }

        html.Append("</table>");
    }

    private static async Task<TResult?> AskAsync<TResult>(HttpContext context, Call call, ICommand query) where TResult : class
    {
        var contract = MessageCatalog.Of(query.GetType());
        var (reply, unreadable) = await call(contract.Name, contract.Version, contract.Write(query), context.RequestAborted);
        if (reply is { Code: ReplyCode.Ok, Result: { } result })
            return (TResult?)result.Deserialize(AuroraJson.Default.GetTypeInfo(typeof(TResult))!); // Results are records of the context.
        var status = reply?.Code == ReplyCode.ErrorTransient ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.BadRequest;
        await WriteAsync(context, "Not now", $"<p>{E(reply?.Message ?? unreadable)}</p>", status);
        return null;
    }

    private static async Task WriteAsync(HttpContext context, string title, string body, HttpStatusCode status = HttpStatusCode.OK)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(
            $"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{E(title)}</title>
            <style>body{"{"}font-family:sans-serif;margin:2em{"}"}table{"{"}border-collapse:collapse;margin-bottom:1em{"}"}td,th{"{"}text-align:left;padding:.2em .8em;border-bottom:1px solid #ddd{"}"}</style>
            </head><body><p><a href="/scheduler">Jobs</a></p><h1>{E(title)}</h1>{body}</body></html>
            """, context.RequestAborted);
    }

    private static string Route(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static string Name<T>(T state) where T : struct, Enum => state.ToString().ToUpperInvariant();

    private static string E(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
