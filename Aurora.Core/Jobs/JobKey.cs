using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Aurora.Core.Errors;

namespace Aurora.Core.Jobs;

/// <summary>
/// Names a job in a cluster: <c>cluster/role/environment/name</c> (aurora-spec section 1).
/// Two keys are the same job when all four parts are equal, compared ordinally.
/// </summary>
/// <param name="Cluster">The broker installation that the job belongs to.</param>
/// <param name="Role">The operating-system user that runs the job's processes.</param>
/// <param name="Environment">A namespace such as <c>prod</c>, <c>devel</c>, <c>test</c> or <c>staging1</c>.</param>
/// <param name="Name">The job's own name.</param>
[JsonConverter(typeof(JobKeyJsonConverter))]
public sealed record JobKey(string Cluster, string Role, string Environment, string Name)
{
    /// <summary>The key without its cluster: <c>role/environment/name</c>, as the broker's pages and routing keys show it.</summary>
    [JsonIgnore]
    public string Path => $"{Role}/{Environment}/{Name}";

    /// <summary>Reads a four-part key.</summary>
    /// <param name="text">The text, for example <c>devcluster/www-data/devel/hello_world</c>.</param>
    /// <returns>The key.</returns>
    /// <exception cref="AuroraException">AUR1201 when the text is not four valid identifiers separated by slashes.</exception>
    public static JobKey Parse(string text) =>
        TryParse(text, out var key, out var fault) ? key : throw new AuroraException(fault);

    /// <summary>Reads a four-part key without throwing.</summary>
    /// <param name="text">The text to read.</param>
    /// <param name="key">The key, when the text is one.</param>
    /// <param name="fault">Why the text is not a key, otherwise.</param>
    /// <returns>True when the text is a key.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out JobKey? key, [NotNullWhen(false)] out Fault? fault)
    {
        key = null;
        var parts = (text ?? "").Split('/');
        if (parts.Length != 4 || !parts.All(Identifier.IsValid))
        {
            fault = new Fault(ErrorCodes.MalformedJobKey, "job key", text ?? "",
                "a job key is cluster/role/environment/name; each part is 1 to 255 letters, digits, '_', '-' or '.'");
            return false;
        }

        fault = null;
        key = new JobKey(parts[0], parts[1], parts[2], parts[3]);
        return true;
    }

    /// <summary>The four parts joined by slashes; <see cref="Parse"/> reads it back.</summary>
    /// <returns>The key's text.</returns>
    public override string ToString() => $"{Cluster}/{Role}/{Environment}/{Name}";
}
