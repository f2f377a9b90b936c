using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Core.Messages;

namespace Aurora.Core.Configuration;

/// <summary>Tells whether two jobs would run the same tasks: what an update compares (aurora-spec sections 2.2 and 2.10).</summary>
public static class TaskFingerprint
{
    /// <summary>
    /// The fingerprint of everything in a job but <c>instances</c> and <c>update_config</c>: contact and metadata are part of it.
    /// Equal fingerprints mean that an instance need not be replaced.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <returns>SHA-256 of its canonical JSON, 64 hexadecimal digits in lower case.</returns>
    public static string Of(JobConfiguration job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var tree = (JsonObject)JsonSerializer.SerializeToNode(job, AuroraJson.Default.JobConfiguration)!; // A record is written as an object.
        tree.Remove("instances");
        tree.Remove("update_config");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Write(tree, indented: false))));
    }
}
