namespace Aurora.Client.JobFiles.Sources;

/// <summary>Bounds on what a file may hold; far beyond any real job file, and small enough that a hostile one costs seconds, not the machine.</summary>
internal static class SourceLimits
{
    /// <summary>The greatest size of a file, in bytes.</summary>
    public const int FileBytes = 16 * 1024 * 1024;

    /// <summary>The greatest depth of maps and lists in one another.</summary>
    public const int Depth = 64;

    /// <summary>The greatest number of values in a file, aliases expanded.</summary>
    public const int Nodes = 500_000;
}
