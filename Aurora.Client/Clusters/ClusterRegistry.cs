using Aurora.Core.Errors;

namespace Aurora.Client.Clusters;

/// <summary>
/// The clusters that this user knows: those of <c>$AURORA_CONFIG_ROOT</c> (or <c>/etc/aurora</c>, on Windows <c>%ProgramData%\aurora</c>), then those of
/// <c>~/.aurora</c>; a later file overrides a name. Read anew at each question, since <c>aurora dev</c> comes and goes while a shell stays open.
/// </summary>
public sealed class ClusterRegistry
{
    private readonly IReadOnlyList<string> _files;

    /// <summary>Makes one over given files.</summary>
    /// <param name="files">Paths of <c>clusters.json</c> files, the overriding ones last. A missing file is no error.</param>
    public ClusterRegistry(IReadOnlyList<string> files) => _files = files;

    /// <summary>The files that are looked at, the overriding ones last.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The folder for the user's own clusters: <c>~/.aurora</c>.</summary>
    public static string UserFolder =>
        Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile, System.Environment.SpecialFolderOption.DoNotVerify), ".aurora");

    /// <summary>The registry of this process's user and environment.</summary>
    /// <returns>The registry.</returns>
    public static ClusterRegistry Default()
    {
        var root = System.Environment.GetEnvironmentVariable("AURORA_CONFIG_ROOT");
        if (string.IsNullOrEmpty(root))
        {
            root = OperatingSystem.IsWindows()
                ? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.CommonApplicationData), "aurora")
                : "/etc/aurora";
        }

        return new ClusterRegistry([Path.Combine(root, ClusterFile.FileName), Path.Combine(UserFolder, ClusterFile.FileName)]);
    }

    /// <summary>All clusters, by name.</summary>
    /// <returns>The clusters.</returns>
    /// <exception cref="AuroraException">AUR3006: a file cannot be used.</exception>
    public IReadOnlyList<ClusterEntry> All()
    {
        var byName = new SortedDictionary<string, ClusterEntry>(StringComparer.Ordinal);
        foreach (var entry in _files.Where(File.Exists).SelectMany(ClusterFile.Read))
        {
            byName[entry.Name] = entry;
        }

        return [.. byName.Values];
    }

    /// <summary>The cluster of a name.</summary>
    /// <param name="name">The name: the first part of a job key.</param>
    /// <returns>The cluster; its address is there.</returns>
    /// <exception cref="AuroraException">AUR3001: not known. AUR3006: a file cannot be used, or the cluster has no address.</exception>
    public ClusterEntry Find(string name)
    {
        var all = All();
        var entry = all.FirstOrDefault(e => e.Name == name);
        if (entry is null)
        {
            var known = all.Count == 0 ? "No cluster is known" : $"Known clusters: {string.Join(", ", all.Select(e => e.Name))}";
            throw new AuroraException(ErrorCodes.UnknownCluster,
                $"Cluster '{name}' is not known. {known}; looked at {string.Join(", ", _files)}. 'aurora dev' starts a cluster named devcluster on this machine.");
        }

        return entry.Address is not null
            ? entry
            : throw new AuroraException(ErrorCodes.InvalidClusterFile,
                $"Cluster '{name}' in {entry.File} has no 'address'. Give it one that begins with http://, https://, amqp:// or amqps://.");
    }
}
