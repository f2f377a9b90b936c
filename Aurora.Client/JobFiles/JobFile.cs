using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Client.JobFiles;

/// <summary>The jobs of one file. A job is checked when it is selected: mistakes in the file's other jobs do not stand in its way.</summary>
public sealed class JobFile
{
    /// <summary>Stands for the column of a place of which only the line is known.</summary>
    internal const int NoColumn = 0;

    private readonly IReadOnlyList<(JobKey? Key, JobEntry Entry)> entries;

    internal JobFile(string path, IReadOnlyList<JobEntry> entries, string printed)
    {
        Path = path;
        Printed = printed;
        this.entries = [.. entries.Select(e => (KeyOf(e), e))];
        Jobs = [.. this.entries.Select(e => e.Key).OfType<JobKey>()];
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The keys of the file's jobs, in the file's order; without those of which the key cannot be read.</summary>
    public IReadOnlyList<JobKey> Jobs { get; }

    /// <summary>What an .aurora file printed while it ran, at most 64 KB of it; empty for other formats.</summary>
    public string Printed { get; }

    /// <summary>Checks and returns one job.</summary>
    /// <param name="key">The job's key.</param>
    /// <returns>The job, bound and with defaults filled in.</returns>
    /// <exception cref="AuroraException">AUR1005 no such job (the file's jobs are listed), AUR1006 several, or all faults of the job.</exception>
    public JobConfiguration Select(JobKey key)
    {
        var found = entries.Where(e => e.Key == key).Select(e => e.Entry).ToArray();
        return found.Length switch
        {
            1 => Checked(found[0]),
            0 => throw new AuroraException([NotHere(key), .. FaultsOfJobsWithoutKey()]),
            _ => throw new AuroraException(new Fault(ErrorCodes.JobAmbiguous, "job key", key.ToString(), $"stands {found.Length} times in the file{Lines(found)}") { File = Path }),
        };
    }

    private static JobConfiguration Checked(JobEntry entry)
    {
        var (job, faults) = Read(entry);
        return job is not null && faults.Count == 0 ? job : throw new AuroraException(faults);
    }

    private static (JobConfiguration? Job, IReadOnlyList<Fault> Faults) Read(JobEntry entry)
    {
        var reading = JobConfigurationReader.Read(entry.Source, entry.Reading);
        var known = entry.Faults.Select(f => (f.Code, f.Field)).ToHashSet();
        return (reading.Job, [.. entry.Faults, .. reading.Faults.Where(f => !known.Contains((f.Code, f.Field))).Select(WithoutUnknownColumn)]);
    }

    private static Fault WithoutUnknownColumn(Fault fault) => fault.Column == NoColumn ? fault with { Column = null } : fault;

    private static JobKey? KeyOf(JobEntry entry)
    {
        var (cluster, role, environment, name) = JobConfigurationReader.ReadKey(entry.Source, entry.Reading);
        return JobKey.TryParse($"{cluster}/{role}/{environment}/{name}", out var key, out _) ? key : null;
    }

    private Fault NotHere(JobKey key) =>
        new(ErrorCodes.JobNotInFile, "job key", key.ToString(), Jobs.Count == 0 ? "the file has no job" : $"the file has {string.Join(", ", Jobs.Take(50))}") { File = Path };

    /// <summary>A job whose key cannot be read may be the wanted one; what is wrong with it is then the answer.</summary>
    private IEnumerable<Fault> FaultsOfJobsWithoutKey() => entries.Where(e => e.Key is null).SelectMany(e => Read(e.Entry).Faults);

    private static string Lines(IEnumerable<JobEntry> found)
    {
        var lines = found.Select(e => e.Reading.Locate?.Invoke("")?.Line).OfType<int>().ToArray();
        return lines.Length == 0 ? "" : $" (lines {string.Join(", ", lines)})";
    }
}
