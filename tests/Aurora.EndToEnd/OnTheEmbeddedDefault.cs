using Aurora.EndToEnd.Clusters;

namespace Aurora.EndToEnd;

/// <summary><c>aurora dev</c>: SQLite, in-process bus, HTTP.</summary>
public sealed class OnTheEmbeddedDefault : ClusterPromises
{
    protected override Cluster NewCluster() => new EmbeddedCluster();
}
