namespace Aurora.Worker.Processes;

/// <summary>
/// Where one output stream of a process goes (aurora-spec section 2.4). A plain file is opened by the process itself and costs nothing. Rotating and copying need somebody
/// in between: the launcher pumps, outlives the agent in doing so, and loses and tears no line.
/// </summary>
/// <param name="File">The file that the stream is appended to, an absolute path; its folder exists and the role may write there. Null: discarded.</param>
internal sealed record OutputTarget(string? File)
{
    /// <summary>A second file that the stream is appended to as well (destination <c>both</c>); never rotated.</summary>
    public string? Copy { get; init; }

    /// <summary>The size in bytes at which <see cref="File"/> is rotated, greater than 0; null: never.</summary>
    public long? RotateAt { get; init; }

    /// <summary>How many rotated files are kept (<c>File.1</c> the newest), greater than 0 when <see cref="RotateAt"/> is given.</summary>
    public int Backups { get; init; }

    /// <summary>Whether the stream goes through the launcher.</summary>
    public bool IsPumped => Copy is not null || RotateAt is not null;

    /// <summary>Drops everything.</summary>
    public static OutputTarget Nowhere { get; } = new((string?)null);
}
