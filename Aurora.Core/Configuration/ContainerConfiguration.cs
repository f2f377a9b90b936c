namespace Aurora.Core.Configuration;

/// <summary>A container (aurora-spec section 2.9), in the shapes that Aurora's JSON has.</summary>
public sealed record ContainerConfiguration
{
    /// <summary>The shape <c>Container{docker}</c>.</summary>
    public DockerConfiguration? Docker { get; set; }

    /// <summary>The shape <c>Docker</c> itself: the image's name. In the shape <c>Mesos</c>: an object with name and tag or image id.</summary>
    public System.Text.Json.JsonElement? Image { get; set; }

    /// <summary>The shape <c>Docker</c> itself: parameters.</summary>
    public IReadOnlyList<DockerParameter>? Parameters { get; set; }

    /// <summary>The shape <c>Mesos</c>: volumes.</summary>
    public IReadOnlyList<VolumeConfiguration>? Volumes { get; set; }
}

/// <summary>A Docker image and its parameters.</summary>
public sealed record DockerConfiguration
{
    /// <summary>The image.</summary>
    public required string Image { get; init; }

    /// <summary>Parameters of the Docker command line.</summary>
    public IReadOnlyList<DockerParameter> Parameters { get; set; } = [];
}

/// <summary>A parameter of the Docker command line.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record DockerParameter(string Name, string Value);

/// <summary>A mounted folder.</summary>
public sealed record VolumeConfiguration
{
    /// <summary>The path inside.</summary>
    public required string ContainerPath { get; init; }

    /// <summary>The path on the host.</summary>
    public required string HostPath { get; init; }

    /// <summary><c>RO</c> or <c>RW</c>.</summary>
    public required string Mode { get; init; }
}
