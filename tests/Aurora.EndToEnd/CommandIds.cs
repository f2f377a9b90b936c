using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Clusters;

namespace Aurora.EndToEnd;

/// <summary>A client that does not hear the answer sends the same command again. It must not matter, on the wire itself.</summary>
public sealed class CommandIds
{
    [Fact]
    public async Task TheSameCommandSentTwice_MakesOneJobAndGetsTheSameReply()
    {
        await using var cluster = new EmbeddedCluster();
        await cluster.StartAsync();
        var id = Guid.NewGuid();

        var first = await CreateAsync(cluster, id, "once");
        var again = await CreateAsync(cluster, id, "once");
        var other = await CreateAsync(cluster, id, "another");
        var later = await CreateAsync(cluster, Guid.NewGuid(), "once");

        Assert.Equal("OK", (string?)first["code"]);
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal("AUR2009", (string?)other["error_code"]);
        Assert.Equal("AUR2001", (string?)later["error_code"]);
    }

    private static async Task<JsonNode> CreateAsync(Cluster cluster, Guid id, string name)
    {
        var clusters = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Cluster.ConfigurationRoot, "clusters.json")))!.AsArray();
        var entry = clusters.Single(c => (string?)c!["name"] == cluster.Name)!;
        var body = new JsonObject
        {
            ["command_id"] = id.ToString(),
            ["user"] = "tester",
            ["job"] = new JsonObject
            {
                ["cluster"] = cluster.Name, ["role"] = Cluster.Role, ["environment"] = "test", ["name"] = name,
                ["task"] = new JsonObject
                {
                    ["name"] = "main",
                    ["processes"] = new JsonArray(new JsonObject { ["name"] = "main", ["cmdline"] = "sleep 1000" }),
                    ["resources"] = new JsonObject { ["cpu"] = 0.1, ["ram"] = 16 << 20, ["disk"] = 16 << 20 },
                },
            },
        };
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri((string)entry["address"]!), "/api/v1/messages/create_job"))
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Aurora-Message-Version", "1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string?)entry["token"]);
        using var response = await http.SendAsync(request);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
