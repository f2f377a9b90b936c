using Aurora.Core.Jobs;

namespace Aurora.Broker.Storage;

/// <summary>
/// The lengths of key columns, in ASCII characters. Keys are <c>varchar</c>, not <c>nvarchar</c>: Core lets only ASCII in, and SQL Server's
/// indexes end at 900 bytes (clustered) and 1,700 (others), which the longest keys would pass with two bytes a character.
/// </summary>
internal static class KeyLength
{
    /// <summary>Cluster, role, environment, job name, worker.</summary>
    public const int Identifier = Core.Jobs.Identifier.MaxLength;

    /// <summary>A task: three identifiers, an instance and a uuid make at most 815.</summary>
    public const int Task = 900;

    /// <summary>A fingerprint or digest.</summary>
    public const int Digest = 128;

    /// <summary>An update.</summary>
    public const int Update = 64;

    /// <summary>A uuid.</summary>
    public const int Uuid = 36;

    /// <summary>Writes the columns of a job key.</summary>
    /// <param name="row">The row.</param>
    /// <param name="job">The key.</param>
    public static void Job(this RowWriter row, JobKey job)
    {
        row.Key("cluster", job.Cluster, Identifier);
        row.Key("role", job.Role, Identifier);
        row.Key("environment", job.Environment, Identifier);
        row.Key("name", job.Name, Identifier);
    }
}
