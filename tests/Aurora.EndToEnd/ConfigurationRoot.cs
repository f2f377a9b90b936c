using Aurora.EndToEnd;
using Aurora.EndToEnd.Clusters;

[assembly: AssemblyFixture(typeof(ConfigurationRoot))]
[assembly: AssemblyFixture(typeof(Aurora.TestSupport.RabbitMq.RabbitMqFixture))]

namespace Aurora.EndToEnd;

/// <summary>The module reads clusters.json in this process: it is pointed away from the user's own before any test runs.</summary>
public sealed class ConfigurationRoot : IDisposable
{
    public ConfigurationRoot()
    {
        Directory.CreateDirectory(Cluster.ConfigurationRoot);
        Environment.SetEnvironmentVariable("AURORA_CONFIG_ROOT", Cluster.ConfigurationRoot);
        Environment.SetEnvironmentVariable("HOME", Cluster.ConfigurationRoot);
    }

    public void Dispose() => Directory.Delete(Cluster.ConfigurationRoot, recursive: true);
}
