using System.Globalization;

namespace Aurora.Worker.Fencing;

/// <summary>
/// Where an agent leaves for the next one when it was last known to be in touch with the leader. The time is the machine's since boot, so the boot's id stands beside it; what another boot
/// wrote means nothing any more (its tasks do not run any more either).
/// </summary>
/// <param name="path">The file.</param>
/// <param name="bootId">The machine's boot.</param>
internal sealed class ContactFile(string path, string bootId)
{
    /// <summary>Reads it.</summary>
    /// <returns>The time since boot of the last contact; null when there was none in this boot, or it cannot be read.</returns>
    public TimeSpan? Read()
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Split(' ') is [var boot, var ticks] && boot == BootWord
                && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? TimeSpan.FromTicks(value) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="contact">The time since boot.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(TimeSpan contact)
    {
        var fresh = path + ".new";
        File.WriteAllText(fresh, string.Create(CultureInfo.InvariantCulture, $"{BootWord} {contact.Ticks}"));
        File.Move(fresh, path, overwrite: true);
    }

    private string BootWord => bootId.Length == 0 ? "-" : bootId.Replace(' ', '_');
}
