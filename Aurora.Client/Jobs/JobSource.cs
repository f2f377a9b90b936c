using Aurora.Client.JobFiles;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Client.Jobs;

/// <summary>Gets a job ready to be sent, so that whoever types a command hears of every mistake before anything is sent.</summary>
public static class JobSource
{
    /// <summary>Reads a job from a file and checks that this release can do all of it.</summary>
    /// <param name="path">The job file.</param>
    /// <param name="key">Which of its jobs.</param>
    /// <param name="bindings">Values for templates.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The whole bound job.</returns>
    /// <exception cref="AuroraException">AUR1xxx, with every fault.</exception>
    public static async Task<JobConfiguration> LoadAsync(
        string path, JobKey key, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellationToken) =>
        Supported(await ReadAsync(path, key, bindings, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads a job from a file, also one that this release cannot do.</summary>
    /// <param name="path">The job file.</param>
    /// <param name="key">Which of its jobs.</param>
    /// <param name="bindings">Values for templates.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The whole bound job.</returns>
    /// <exception cref="AuroraException">AUR1xxx, with every fault.</exception>
    public static async Task<JobConfiguration> ReadAsync(
        string path, JobKey key, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellationToken) =>
        (await OpenAsync(path, bindings, cancellationToken).ConfigureAwait(false)).Select(key);

    /// <summary>Lists the jobs of a file.</summary>
    /// <param name="path">The job file.</param>
    /// <param name="bindings">Values for templates.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Their keys, in the file's order.</returns>
    /// <exception cref="AuroraException">AUR1xxx: the file cannot be read.</exception>
    public static async Task<IReadOnlyList<JobKey>> KeysAsync(string path, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellationToken) =>
        (await OpenAsync(path, bindings, cancellationToken).ConfigureAwait(false)).Jobs;

    /// <summary>Checks that a valid job asks for nothing that this release cannot do.</summary>
    /// <param name="job">The job.</param>
    /// <returns>The same job.</returns>
    /// <exception cref="AuroraException">AUR1301, with every field that asks for too much.</exception>
    public static JobConfiguration Supported(JobConfiguration job) =>
        SupportCheck.Unsupported(job) is { Count: > 0 } faults ? throw new AuroraException(faults) : job;

    private static Task<JobFile> OpenAsync(string path, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellationToken) =>
        new JobFileReader().ReadAsync(path, new JobFileOptions { Bindings = bindings }, cancellationToken);
}
