using System.Globalization;
using System.Text;

namespace Aurora.Worker.Isolation;

/// <summary>Where and how a worker confines its tasks. Linux only.</summary>
internal sealed record IsolationOptions
{
    private const int LongestId = 100;

    /// <summary>Where the kernel's cgroups are mounted.</summary>
    public string Root { get; init; } = "/sys/fs/cgroup";

    /// <summary>The group, below the root of each hierarchy, that holds the groups of all workers of the machine (setting <c>cgroup_parent</c>). May have several parts, as <c>a/b</c>.</summary>
    public string Parent { get; init; } = "aurora";

    /// <summary>The name of this worker's own group in <see cref="Parent"/>; made by <see cref="NameOf"/>.</summary>
    public required string WorkerName { get; init; }

    /// <summary>Whether cgroups may be used; otherwise tasks are sampled.</summary>
    public bool AllowGroups { get; init; } = true;

    /// <summary>Whether a task's cores are a hard limit on this worker. It only words the host attribute: each task's limits say it again.</summary>
    public bool CpuQuota { get; init; }

    /// <summary>A name that two workers of one machine never share, though their ids be equal: their folders differ, since each holds its folder locked.</summary>
    /// <param name="workerId">The worker's id.</param>
    /// <param name="workerFolder">The worker's folder.</param>
    /// <returns>For example <c>host-1-5f2d09ab</c>.</returns>
    public static string NameOf(string workerId, string workerFolder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(workerFolder));
        var hash = HashOf(path).ToString("x8", CultureInfo.InvariantCulture);
        var id = workerId.Length > LongestId ? workerId[..LongestId] : workerId;
        return $"{string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-'))}-{hash}";
    }

    /// <summary>Whether a text can be <see cref="Parent"/>: parts out of letters, digits, '_', '-' and '.', none of which begins with '.'; a slip here would let a worker end foreign processes.</summary>
    /// <param name="parent">The text.</param>
    /// <returns>True when it can.</returns>
    public static bool IsValidParent(string parent) => parent.Split('/').All(IsValidName);

    /// <summary>Whether a text can be the name of one group.</summary>
    /// <param name="name">The text.</param>
    /// <returns>True when it can.</returns>
    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= 200 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    /// <summary>FNV-1a. Nobody gains by two equal ones, and a cryptographic hash brings a library of 7 MB into the agent's memory.</summary>
    private static uint HashOf(string text) => Encoding.UTF8.GetBytes(text).Aggregate(2_166_136_261u, (hash, value) => unchecked((hash ^ value) * 16_777_619));
}
