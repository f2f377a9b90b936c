using System.Globalization;

namespace Aurora.TestSupport.RabbitMq;

/// <summary>The folder, ports and settings of one private server; what has to stay the same over its restarts.</summary>
internal sealed record RabbitMqFolder(string Path, RabbitMqInstallation Installation, int AmqpPort, int DistributionPort, int EpmdPort)
{
    public string NodeName => $"aurora{AmqpPort}@localhost";

    public string PidFile => At("server.pid");

    public static RabbitMqFolder Create(RabbitMqInstallation installation)
    {
        var path = Directory.CreateTempSubdirectory("aurora-rabbitmq-").FullName;
        var folder = new RabbitMqFolder(path, installation, FreePort.Next(), FreePort.Next(), FreePort.Next());
        foreach (var name in (string[])["home", "log", "mnesia"])
            Directory.CreateDirectory(folder.At(name));
        File.WriteAllText(folder.At("rabbitmq.conf"), folder.Configuration());
        File.WriteAllText(folder.At("enabled_plugins"), "[].\n");
        File.WriteAllText(folder.At("env.conf"), "");
        File.WriteAllText(folder.At("run.sh"), Launcher);
        return folder;
    }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Delete()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }

    // One scheduler, few I/O threads and no busy waiting: the server shares its machine with the tests that use it.
    // The shell stays on standard input (ALLOW_INPUT): it is how the server is controlled, and the server ends when the pipe closes.
    public IEnumerable<KeyValuePair<string, string>> Environment() => new Dictionary<string, string>
    {
        ["HOME"] = At("home"),
        ["ERL_EPMD_PORT"] = EpmdPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_CRASH_DUMP_BYTES"] = "0",
        ["RABBITMQ_NODENAME"] = NodeName,
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = AmqpPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_DIST_PORT"] = DistributionPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_MNESIA_BASE"] = At("mnesia"),
        ["RABBITMQ_LOG_BASE"] = At("log"),
        ["RABBITMQ_CONFIG_FILE"] = At("rabbitmq"),
        ["RABBITMQ_CONF_ENV_FILE"] = At("env.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = At("enabled_plugins"),
        ["RABBITMQ_PID_FILE"] = PidFile,
        ["RABBITMQ_ALLOW_INPUT"] = "1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 1:1 +SDcpu 1:1 +SDio 4 +A 4 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}",
    };

    private string Configuration() => $"""
        listeners.tcp.1 = 127.0.0.1:{AmqpPort}
        vm_memory_high_watermark.absolute = 1GB
        disk_free_limit.absolute = 50MB
        raft.wal_max_size_bytes = 67108864
        log.file.level = warning
        """ + "\n";

    // epmd runs in the foreground as a child of this script, and goes with the server: nothing is left behind, not even after kill -9.
    // The shell gives its background jobs /dev/null as standard input; the server, in the foreground, keeps ours.
    private const string Launcher = """
        "$1" -port "$ERL_EPMD_PORT" -address 127.0.0.1 </dev/null >/dev/null 2>&1 &
        epmd=$!
        "$2"
        kill "$epmd"
        wait
        """ + "\n";
}
