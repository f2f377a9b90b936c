namespace Aurora.TestSupport.RabbitMq;

/// <summary>Where this machine's rabbitmq-server lies. Distribution wrappers such as /usr/sbin/rabbitmq-server switch the user, so the real script is looked for.</summary>
public sealed record RabbitMqInstallation(string ServerScript, string Epmd)
{
    private static readonly string[] Scripts =
    [
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
        "/opt/rabbitmq/sbin/rabbitmq-server",
        "/usr/local/sbin/rabbitmq-server",
        "/opt/homebrew/sbin/rabbitmq-server",
    ];

    private static readonly string[] EpmdFolders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/usr/lib/erlang/bin"];

    /// <summary>The installation, or null when there is none.</summary>
    public static RabbitMqInstallation? Find()
    {
        var script = Array.Find(Scripts, File.Exists);
        var epmd = EpmdFolders.Select(folder => Path.Combine(folder, "epmd")).FirstOrDefault(File.Exists);
        return script is null || epmd is null ? null : new RabbitMqInstallation(script, epmd);
    }
}
