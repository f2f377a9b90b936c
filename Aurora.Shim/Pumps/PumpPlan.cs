namespace Aurora.Shim.Pumps;

/// <summary>What becomes of one output stream that goes through the shim.</summary>
/// <param name="File">The file that it is appended to.</param>
/// <param name="Copy">A second file that gets the same and is never rotated; or null.</param>
/// <param name="RotateAt">The size in bytes from which the file is rotated, at the next end of a line; 0: never.</param>
/// <param name="Backups">How many rotated files are kept.</param>
internal sealed record PumpPlan(string File, string? Copy, long RotateAt, int Backups)
{
    /// <summary>What the process writes to.</summary>
    public string Fifo => $"{File}.pipe";

    /// <summary>How many bytes came before the file's first one, in decimal; no file: none.</summary>
    public string Base => $"{File}.base";

    /// <summary>The same for the file that comes next; there only while a rotation is under way.</summary>
    public string NextBase => $"{File}.base.next";

    /// <summary>A rotated file.</summary>
    /// <param name="number">Its number; 1 is the newest.</param>
    /// <returns>Its path.</returns>
    public string Backup(int number) => $"{File}.{number}";
}
