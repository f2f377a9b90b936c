using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Cli.Dev;

/// <summary>
/// Holds a development cluster's folder for one process. Without it a second cluster waits a minute for the first one's lease and two workers write the same
/// checkpoints. The kernel gives it back when the process ends, also by <c>kill -9</c>; the files stay, and mean nothing by themselves.
/// </summary>
internal sealed class FolderLock : IAsyncDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Makes the folder when it is missing, and takes it.</summary>
    /// <exception cref="AuroraException">AUR5001: another process has it, or this user cannot make it or write in it.</exception>
    internal static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "dev.lock");
        var holder = Path.Combine(folder, "dev.pid"); // A file of its own: a locked one cannot be read.
        try
        {
            Directory.CreateDirectory(folder);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new FolderLock(file);
        }
        catch (IOException) when (File.Exists(path))
        {
            var who = File.Exists(holder) ? $" (process {File.ReadAllText(holder)})" : "";
            throw Refused(folder, $"is in use by another 'aurora dev'{who}; stop it, or choose another folder with --folder");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(folder, $"must be a folder that this user can make and write in: {e.Message}");
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static AuroraException Refused(string folder, string rule) =>
        new(new Fault(ErrorCodes.InvalidConfiguration, "--folder", folder, rule));
}
