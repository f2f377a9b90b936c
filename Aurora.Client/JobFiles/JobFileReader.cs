using Aurora.Client.JobFiles.Python;
using Aurora.Client.JobFiles.Sources;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles;

/// <summary>
/// Reads job files: <c>.json</c>, <c>.yaml</c> (or <c>.yml</c>) and <c>.aurora</c>, which is Python and runs in a time-limited process of its own.
/// A file is a job, a list of jobs, or <c>{"jobs": […]}</c>. Weak where an .aurora file is hostile: it runs with the rights of whoever reads it.
/// </summary>
public sealed class JobFileReader
{
    private static readonly TimeSpan LongestPythonTimeout = TimeSpan.FromHours(1);

    private readonly TimeProvider time;

    /// <summary>Makes a reader.</summary>
    /// <param name="time">Measures the time limit of .aurora files; null is the system's clock.</param>
    public JobFileReader(TimeProvider? time = null) => this.time = time ?? TimeProvider.System;

    /// <summary>Reads a file's jobs. They are checked one by one, when they are selected.</summary>
    /// <param name="path">The file; its extension says its format.</param>
    /// <param name="options">Bindings and limits.</param>
    /// <param name="cancellationToken">Gives up; a running Python is ended.</param>
    /// <returns>The file's jobs.</returns>
    /// <exception cref="AuroraException">
    /// AUR1001 no such file, AUR1007 another format, AUR1002 syntax, AUR1109 a repeated field, AUR1003 no python3, AUR1004 the Python code failed, AUR1202 a time limit out of range;
    /// with file, line and column wherever they are known.
    /// </exception>
    public async Task<JobFile> ReadAsync(string path, JobFileOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        if (options.PythonTimeout <= TimeSpan.Zero || options.PythonTimeout > LongestPythonTimeout)
        {
            throw new AuroraException(new Fault(
                ErrorCodes.InvalidArgument, nameof(options.PythonTimeout), options.PythonTimeout.ToString(), "must be greater than 0 and at most 1 hour"));
        }

        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".json":
                return DataFile.Read(await LoadAsync(path, cancellationToken).ConfigureAwait(false), JsonSource.Read, options);
            case ".yaml" or ".yml":
                return DataFile.Read(await LoadAsync(path, cancellationToken).ConfigureAwait(false), YamlSource.Read, options);
            case ".aurora":
                var text = await LoadAsync(path, cancellationToken).ConfigureAwait(false);
                return await new AuroraFile(time).ReadAsync(text.Path, options, cancellationToken).ConfigureAwait(false);
            default:
                throw new AuroraException(new Fault(ErrorCodes.UnknownFileFormat, "file", path, "must end in .json, .yaml, .yml or .aurora"));
        }
    }

    private static async Task<SourceText> LoadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 16 * 1024, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                return new SourceText(path, await ReadBoundedAsync(file, path, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw NotReadable(path, "does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            throw NotReadable(path, Directory.Exists(path) ? "is a folder" : "may not be read by this user");
        }
        catch (IOException e)
        {
            throw NotReadable(path, $"cannot be read: {e.Message}");
        }
    }

    private static async Task<byte[]> ReadBoundedAsync(FileStream file, string path, CancellationToken cancellationToken)
    {
        // The length is not trusted: a pipe has none, and a growing file more than it said.
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            content.Write(buffer, 0, read);
            if (content.Length > SourceLimits.FileBytes)
            {
                throw new AuroraException(new Fault(ErrorCodes.FileSyntax, "file", path, $"is larger than {SourceLimits.FileBytes / 1024 / 1024} MB"));
            }
        }

        return content.ToArray();
    }

    private static AuroraException NotReadable(string path, string why) => new(new Fault(ErrorCodes.FileNotFound, "file", path, why));
}
