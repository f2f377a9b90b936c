using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Aurora.Broker.Tests.Support;
using Aurora.Core.Errors;
using Aurora.Core.Messages;
using Xunit;

namespace Aurora.Broker.Tests.Hosting;

public sealed class WebTests
{
    private const string Token = "a-token-for-tests-only";

    [Fact]
    public async Task ARequestOverHttpAnswersAsOverTheBus_AndTheJobsUrlIsAPage()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0" });
        using var http = new HttpClient { BaseAddress = cluster.Host.WebAddress };
        var reply = await PostAsync(http, new CreateJob(Guid.NewGuid(), "ann", Some.Job()));

        var created = reply.Result!.Value.Deserialize(AuroraJson.Default.JobCreated)!;
        Assert.StartsWith(cluster.Host.WebAddress!.ToString(), created.Url, StringComparison.Ordinal);
        var page = await http.GetStringAsync(created.Url);
        Assert.Contains("no worker is registered", page, StringComparison.Ordinal);
        Assert.Contains("/scheduler/www-data/devel/hello", await http.GetStringAsync("/scheduler"), StringComparison.Ordinal);
        Assert.Equal("OK", await http.GetStringAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/scheduler/www-data/devel/other")).StatusCode);
    }

    [Fact]
    public async Task TheJobsPage_ShowsPortsBesideTheHost()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0" });
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        var report = FakeWorker.Report((await worker.NextAsync<LaunchTask>()).TaskId, Core.Tasks.TaskState.Finished) with
        {
            Ports = new Dictionary<string, int> { ["http"] = 31000, ["<b>"] = 1 }, Usage = new ResourceUsage { CpuSecs = 1.5, RamPeak = 3 << 20, Disk = 1 << 19 },
        };
        await worker.ReportAsync(report);
        await worker.NextAsync<EndsRecorded>();
        using var http = new HttpClient { BaseAddress = cluster.Host.WebAddress };

        var page = await http.GetStringAsync("/scheduler/www-data/devel/hello");

        Assert.Contains("</code> on w1.example.org</p><p>Ports: &lt;b&gt;=1, http=31000</p><p>Used: 1.5 s CPU, at most 3 MB memory, 0.5 MB disk</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatPeopleWroteIsEncodedOnThePage()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0" });
        await using var worker = await cluster.AddWorkerAsync();
        await cluster.CreateAsync(Some.Job());
        await worker.ReportAsync((await worker.NextAsync<LaunchTask>()).TaskId, Core.Tasks.TaskState.Failed, "<script>alert(1)</script>");
        await worker.NextAsync<EndsRecorded>();
        using var http = new HttpClient { BaseAddress = cluster.Host.WebAddress };
        var page = await http.GetStringAsync("/scheduler/www-data/devel/hello");
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheTokenOrTheVersionHeaderOrTheRightHostItIsRefused()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0", WebToken = Token });
        using var http = new HttpClient { BaseAddress = cluster.Host.WebAddress };
        Assert.Equal(ErrorCodes.Unauthorized, (await PostAsync(http, new GetCluster(Guid.NewGuid(), "ann"))).ErrorCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Equal(ReplyCode.Ok, (await PostAsync(http, new GetCluster(Guid.NewGuid(), "ann"))).Code);

        using var plain = new StringContent("{}");
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync("/api/v1/messages/get_cluster", plain)).StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/scheduler") { Headers = { Host = "evil.example.org" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await http.SendAsync(foreign)).StatusCode);
    }

    [Fact]
    public async Task ABodyBeyondTheLimit_IsRefusedWithACodeAndTheLimit()
    {
        await using var cluster = await TestCluster.StartAsync(o => o with { HttpAddress = "http://127.0.0.1:0" });
        using var http = new HttpClient { BaseAddress = cluster.Host.WebAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages/create_job") { Content = new ByteArrayContent(new byte[(4 << 20) + 1]) };
        request.Headers.ExpectContinue = true; // So that the answer comes before the body is sent.
        request.Headers.Add("Aurora-Message-Version", "1");
        var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        var reply = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), AuroraJson.Default.Reply)!;
        Assert.Equal(ErrorCodes.ProtocolError, reply.ErrorCode);
        Assert.Contains("4194304 bytes", reply.Message, StringComparison.Ordinal);
    }

    private static async Task<Reply> PostAsync(HttpClient http, ICommand command)
    {
        var contract = MessageCatalog.Of(command.GetType());
        using var content = new ByteArrayContent(contract.Write(command));
        content.Headers.Add("Aurora-Message-Version", "1");
        var response = await http.PostAsync($"/api/v1/messages/{contract.Name}", content);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), AuroraJson.Default.Reply)!;
    }
}
