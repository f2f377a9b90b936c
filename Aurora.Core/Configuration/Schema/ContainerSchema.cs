using static Aurora.Core.Configuration.Schema.FieldTypes;

namespace Aurora.Core.Configuration.Schema;

/// <summary>Containers (aurora-spec section 2.9).</summary>
internal static class ContainerSchema
{
    public static StructSchema Parameter { get; } = new("Parameter", "A parameter of the Docker command line.",
        new FieldSchema("name", Text, "Its name.") { Required = true },
        new FieldSchema("value", LongText, "Its value.") { Required = true });

    public static StructSchema Docker { get; } = new("Docker", "A Docker image and its parameters.",
        new FieldSchema("image", Text, "The image.") { Required = true },
        new FieldSchema("parameters", new ListType(new StructType(Parameter)), "Parameters of the Docker command line.") { Default = "[]" });

    public static StructSchema Container { get; } = new("Container", "A container, by kind.",
        new FieldSchema("docker", new StructType(Docker), "A Docker container."));

    public static StructSchema AppcImage { get; } = new("AppcImage", "An AppC image.",
        new FieldSchema("name", Text, "Its name.") { Required = true },
        new FieldSchema("image_id", Text, "Its id.") { Required = true });

    public static StructSchema DockerImage { get; } = new("DockerImage", "A Docker image.",
        new FieldSchema("name", Text, "Its name.") { Required = true },
        new FieldSchema("tag", Text, "Its tag.") { Required = true });

    public static StructSchema Volume { get; } = new("Volume", "A mounted folder.",
        new FieldSchema("container_path", Text, "The path inside.") { Required = true },
        new FieldSchema("host_path", Text, "The path on the host.") { Required = true },
        new FieldSchema("mode", new EnumType("RO", "RW"), "Read only, or read and write.") { Required = true });

    public static StructSchema Mesos { get; } = new("Mesos", "A container of the worker's own kind.",
        new FieldSchema("image", new ChoiceType(AppcImage, DockerImage), "Its file system."),
        new FieldSchema("volumes", new ListType(new StructType(Volume)), "Its mounted folders."));
}
