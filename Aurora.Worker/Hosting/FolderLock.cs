using Aurora.Core.Errors;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Hosting;

/// <summary>Holds a worker's folder: two agents on one folder would both write every checkpoint. The system lets go of it when the holder dies, however it dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the folder.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <returns>The hold.</returns>
    /// <exception cref="AuroraException">Another agent has it (AUR5001).</exception>
    public static FolderLock Take(WorkerFolder folder)
    {
        try
        {
            return new FolderLock(new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw new AuroraException(
                ErrorCodes.InvalidConfiguration, $"The worker folder {folder.Path} is in use by another worker agent; give each worker its own folder ({e.Message})", e);
        }
    }

    /// <summary>Whether an agent has the folder.</summary>
    /// <param name="folder">The folder; it exists.</param>
    /// <returns>True when one has.</returns>
    public static bool IsTaken(WorkerFolder folder)
    {
        try
        {
            using var file = new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
