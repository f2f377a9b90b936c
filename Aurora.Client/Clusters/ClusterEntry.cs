namespace Aurora.Client.Clusters;

/// <summary>A cluster as a <c>clusters.json</c> names it.</summary>
/// <param name="Name">The name: the first part of a job key.</param>
/// <param name="Address">Where it is reached: <c>http://</c>, <c>https://</c>, <c>amqp://</c> or <c>amqps://</c>; null when the file gives none, as files of the original do.</param>
/// <param name="Token">The bearer token of an HTTP address, or null.</param>
/// <param name="File">The file that it stands in.</param>
public sealed record ClusterEntry(string Name, Uri? Address, string? Token, string File)
{
    /// <summary>The address for people: without user name and password.</summary>
    public string DisplayAddress => Address is null ? "no address" : Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>Name and address; never the token or a password, since this ends up in messages and logs.</summary>
    /// <returns>For example <c>devcluster (http://127.0.0.1:8081/)</c>.</returns>
    public override string ToString() => $"{Name} ({DisplayAddress})";
}
