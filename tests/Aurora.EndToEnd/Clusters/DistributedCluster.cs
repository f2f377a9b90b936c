using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.TestSupport.Programs;

namespace Aurora.EndToEnd.Clusters;

/// <summary>One <c>aurora-broker</c> on SQLite, two <c>aurora-worker</c>s, RabbitMQ between them and the clients.</summary>
public sealed class DistributedCluster(Uri amqp) : Cluster
{
    private readonly Dictionary<string, ChildProgram> workers = [];
    private readonly List<(string Id, double Cpu)> members = [("w1", 4), ("w2", 4)];
    private ChildProgram? broker;

    public override async Task StartAsync()
    {
        Register();
        await StartBrokerAsync();
        await StartWorkersAsync();
    }

    public override Task KillBrokerAsync() => broker!.KillHardAsync();

    public override async Task StartBrokerAsync()
    {
        var file = Write("broker.json", new JsonObject
        {
            ["cluster"] = Name,
            ["amqp"] = new JsonArray(amqp.ToString()),
            ["store"] = new JsonObject { ["sqlite_file"] = Path.Combine(Folder, "broker.db") },
            ["http_address"] = "http://127.0.0.1:0",
            ["web_token"] = "a-token-of-the-tests",
        });
        broker = ChildProgram.Start(BuildOutput.Broker, ["--config", file], Environments);
        await broker.WaitForLineAsync("(?i)lead", Patience);
    }

    public override async Task KillWorkersAsync()
    {
        foreach (var worker in workers.Values)
        {
            await worker.KillHardAsync();
        }
    }

    public override async Task StartWorkersAsync()
    {
        foreach (var (id, cpu) in members)
        {
            if (!workers.TryGetValue(id, out var running) || running.HasExited)
            {
                await StartWorkerAsync(id, cpu);
            }
        }
    }

    public override Task AddLargeWorkerAsync()
    {
        members.Add(("large", 64));
        return StartWorkersAsync();
    }

    protected override async Task StopAsync()
    {
        // Whatever the test left running is ended in the ordinary way: by asking for it.
        if (broker is { HasExited: true })
        {
            await StartBrokerAsync();
        }

        await StartWorkersAsync();
        foreach (var key in (await Cli.MustAsync("job", "list", Name)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => l.StartsWith(Name, StringComparison.Ordinal)))
        {
            await Cli.MustAsync("job", "killall", key);
        }

        foreach (var program in workers.Values.Append(broker!))
        {
            program.Terminate();
        }

        foreach (var program in workers.Values.Append(broker!))
        {
            Assert.True(await program.WaitForExitAsync(Patience) == 0, $"{program.ExitCode}:\n{program.Output}");
            await program.DisposeAsync();
        }

        // A shim stays for a minute, in case its agent comes back; this one's does not.
        foreach (var shim in Processes.Mentioning(Folder).Where(p => p.Contains("aurora-shim", StringComparison.Ordinal)))
        {
            var pid = int.Parse(shim[..shim.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private async Task StartWorkerAsync(string id, double cpu)
    {
        var file = Write($"{id}.json", new JsonObject
        {
            ["id"] = id,
            ["amqp"] = amqp.ToString(),
            ["folder"] = Path.Combine(Folder, id),
            ["resources"] = new JsonObject { ["cpu"] = cpu, ["ram"] = "4GB", ["disk"] = "4GB" },
            ["kill_wait_secs"] = 5,
            ["run_all_roles_as_current_user"] = !Environment.IsPrivilegedProcess,
        });
        var worker = ChildProgram.Start(BuildOutput.Worker, ["--config", file], Environments);
        workers[id] = worker;
        await worker.WaitForLineAsync("is up", Patience);
    }

    private string Write(string name, JsonObject content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content.ToJsonString());
        return path;
    }

    /// <summary>clusters.json is shared by all clusters of the run, and <c>aurora dev</c> writes to it too, so it goes through the same lock: an atomic rename per entry.</summary>
    private void Register()
    {
        var file = Path.Combine(ConfigurationRoot, "clusters.json");
        lock (typeof(Cluster))
        {
            var entries = File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!.AsArray() : [];
            entries.Add(new JsonObject { ["name"] = Name, ["address"] = amqp.ToString() });
            File.WriteAllText(file + ".new", entries.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
            File.Move(file + ".new", file, overwrite: true);
        }
    }
}
