using System.Text.Json.Nodes;
using Aurora.Client;
using Aurora.Client.Channels;
using Aurora.Messaging.RabbitMq;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Aurora.TestSupport.RabbitMq;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.Benchmarks.Dispatch;

/// <summary>The built programs, running as in production, and a client to them. What is measured includes every process, disk write and message in between.</summary>
internal sealed class MeasuredCluster : IAsyncDisposable
{
    public const string Name = "bench";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new("bench");
    private readonly List<ChildProgram> programs = [];
    private RabbitMqServer? rabbit;

    private MeasuredCluster()
    {
    }

    public AuroraClient Client { get; private set; } = null!; // Set by both ways to start, before anybody has the object.

    public static async Task<MeasuredCluster> StartAsync(bool rabbitMq)
    {
        var cluster = new MeasuredCluster();
        await (rabbitMq ? cluster.StartOverRabbitMqAsync() : cluster.StartEmbeddedAsync());
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        foreach (var program in Enumerable.Reverse(programs))
        {
            program.Interrupt();
            await program.WaitForExitAsync(Patience);
            await program.DisposeAsync();
        }

        if (rabbit is not null)
        {
            await rabbit.DisposeAsync();
        }

        await Eventually.IsTrueAsync("the shims' end", TimeSpan.FromSeconds(90), () => Processes.Mentioning(folder.Path).Count == 0);
        folder.Dispose();
    }

    private async Task StartEmbeddedAsync()
    {
        var dev = Start(BuildOutput.Aurora, "dev", "--cluster", Name, "--folder", folder["dev"], "--register", folder.Path, "--cpu", "100000", "--ram", "1000GB", "--disk", "10000GB");
        await dev.WaitForLineAsync("(?i)ready", Patience);
        var entry = JsonNode.Parse(await File.ReadAllTextAsync(folder["clusters.json"]))!.AsArray()[0]!;
        Client = new AuroraClient(new HttpRequestChannel(new Uri((string)entry["address"]!), (string?)entry["token"]), new AuroraClientOptions());
    }

    private async Task StartOverRabbitMqAsync()
    {
        rabbit = await RabbitMqServer.StartNewAsync(CancellationToken.None);
        var broker = Start(BuildOutput.Broker, "--config", Write("broker.json", new JsonObject
        {
            ["cluster"] = Name,
            ["amqp"] = new JsonArray(rabbit.Uri.ToString()),
            ["store"] = new JsonObject { ["sqlite_file"] = folder["broker.db"] },
        }));
        await broker.WaitForLineAsync("(?i)lead", Patience);
        var worker = Start(BuildOutput.Worker, "--config", Write("worker.json", new JsonObject
        {
            ["id"] = "w1",
            ["amqp"] = rabbit.Uri.ToString(),
            ["folder"] = folder["w1"],
            ["resources"] = new JsonObject { ["cpu"] = 100000, ["ram"] = "1000GB", ["disk"] = "10000GB" },
            ["run_all_roles_as_current_user"] = !Environment.IsPrivilegedProcess,
        }));
        await worker.WaitForLineAsync("is up", Patience);
        var bus = await RabbitMqBus.ConnectAsync(RabbitMqOptions.For(rabbit.Uri), NullLogger<RabbitMqBus>.Instance, TimeProvider.System, CancellationToken.None);
        Client = new AuroraClient(new BusRequestChannel(bus, "the private RabbitMQ", ownsBus: true), new AuroraClientOptions());
    }

    private ChildProgram Start(string file, params string[] arguments)
    {
        var program = ChildProgram.Start(file, arguments, new Dictionary<string, string> { ["HOME"] = folder.Path });
        programs.Add(program);
        return program;
    }

    private string Write(string name, JsonObject content)
    {
        File.WriteAllText(folder[name], content.ToJsonString());
        return folder[name];
    }
}
