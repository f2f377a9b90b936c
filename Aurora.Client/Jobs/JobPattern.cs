using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Client.Jobs;

/// <summary>Names jobs of one cluster: <c>cluster[/role[/environment[/name]]]</c>, where all but the cluster may hold <c>*</c> and <c>?</c>.</summary>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Role">The role or a pattern; null for all.</param>
/// <param name="Environment">Likewise.</param>
/// <param name="Name">Likewise.</param>
public sealed record JobPattern(string Cluster, string? Role, string? Environment, string? Name)
{
    /// <summary>Whether the pattern is one job's whole key, without wildcards.</summary>
    public bool IsExact => Role is not null && Environment is not null && Name is not null && !HasWildcard(Role + Environment + Name);

    /// <summary>The pattern of exactly one job.</summary>
    /// <param name="key">The job.</param>
    /// <returns>The pattern.</returns>
    public static JobPattern Of(JobKey key) => new(key.Cluster, key.Role, key.Environment, key.Name);

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The text, for example <c>devcluster/www-data/*/hello*</c>.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="AuroraException">AUR1201: not one to four parts, or characters that no key has.</exception>
    public static JobPattern Parse(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 4 || !Identifier.IsValid(parts[0]) || !parts.Skip(1).All(IsPattern))
        {
            throw new AuroraException(new Fault(ErrorCodes.MalformedJobKey, "job key", text,
                "expected cluster[/role[/environment[/name]]]; all but the cluster may hold the wildcards * and ?"));
        }

        string? Part(int i) => parts.Length > i && parts[i] != "*" ? parts[i] : null;
        return new JobPattern(parts[0], Part(1), Part(2), Part(3));
    }

    /// <summary>The pattern's text.</summary>
    /// <returns>All four parts; <c>*</c> for all.</returns>
    public override string ToString() => $"{Cluster}/{Role ?? "*"}/{Environment ?? "*"}/{Name ?? "*"}";

    private static bool IsPattern(string part) => Identifier.IsValid(part.Replace('*', '_').Replace('?', '_'));

    private static bool HasWildcard(string text) => text.AsSpan().ContainsAny('*', '?');
}
