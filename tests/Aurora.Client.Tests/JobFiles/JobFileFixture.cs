using System.Runtime.CompilerServices;
using Aurora.Client.JobFiles;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.TestSupport;
using Xunit;

namespace Aurora.Client.Tests.JobFiles;

/// <summary>A folder of job files, and the two ways in which a file is looked at: its one job, or its faults.</summary>
internal sealed class JobFileFixture : IDisposable
{
    public static readonly JobKey Key = JobKey.Parse("c1/www-data/devel/web");

    private readonly TemporaryFolder folder = new("jobfiles");

    public string this[string name] => folder[name];

    public static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    public string Write(string name, string content)
    {
        var path = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public async Task<JobFile> ReadAsync(string name, string content, JobFileOptions? options = null) =>
        await new JobFileReader().ReadAsync(Write(name, content), options ?? new(), TestContext.Current.CancellationToken);

    public async Task<JobConfiguration> JobAsync(string name, string content, params (string Name, string Value)[] bindings)
    {
        var file = await ReadAsync(name, content, new() { Bindings = bindings.ToDictionary(b => b.Name, b => b.Value) });
        return file.Select(file.Jobs[0]);
    }

    /// <summary>The error of reading the file and selecting <see cref="Key"/>.</summary>
    public async Task<AuroraException> ErrorAsync(string name, string content, JobFileOptions? options = null) =>
        await Assert.ThrowsAsync<AuroraException>(async () => (await ReadAsync(name, content, options)).Select(Key));

    /// <summary>The only fault of the file.</summary>
    public async Task<Fault> FaultAsync(string name, string content, JobFileOptions? options = null) =>
        Assert.Single((await ErrorAsync(name, content, options)).Faults);

    public void Dispose() => folder.Dispose();
}
