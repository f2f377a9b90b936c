using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Isolation.Cgroups;

/// <summary>
/// What both versions of cgroups have in common: one group per task at <c>HIERARCHY/PARENT/WORKER/TASK</c>, its members, their end, and its removal. Nothing outside the worker's
/// own group is written, save that empty groups above it are removed at the end, and made (v2: given their controllers) when needed.
/// Weak against a role that is root: that one may leave its group.
/// </summary>
[SupportedOSPlatform("linux")]
internal abstract class CgroupIsolation : ITaskIsolation
{
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const int AlreadyThere = 17;
    private const int KillRounds = 100;
    private const int RoundMilliseconds = 20;

    private readonly string[] _hierarchies;
    private readonly string[] _steps;
    private readonly GroupMembers _members;
    private readonly ConcurrentDictionary<string, byte> _stubborn = new(StringComparer.Ordinal);

    /// <summary>Makes it; touches nothing yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="hierarchies">The hierarchies' roots; members are read in the first one.</param>
    /// <param name="controller">The first hierarchy's controller; empty for v2.</param>
    /// <exception cref="ArgumentException">A name in the options cannot be a group's.</exception>
    protected CgroupIsolation(IsolationOptions options, IReadOnlyList<string> hierarchies, string controller)
    {
        if (!IsolationOptions.IsValidParent(options.Parent) || !IsolationOptions.IsValidName(options.WorkerName))
        {
            throw new ArgumentException(
                $"'{options.Parent}/{options.WorkerName}' cannot be a cgroup: each part has letters, digits, '_', '-' and '.', and does not begin with '.'.", nameof(options));
        }

        _hierarchies = [.. hierarchies.Distinct(StringComparer.Ordinal)];
        _steps = [.. options.Parent.Split('/'), options.WorkerName];
        _members = new GroupMembers(controller);
    }

    /// <inheritdoc/>
    public abstract IReadOnlyDictionary<string, string> Attributes { get; }

    /// <inheritdoc/>
    public Fault? Prepare(string taskId, TaskLimits limits)
    {
        var name = NameOf(taskId);
        var refused = MakeGroup(name) ?? Apply(name, limits);
        return refused is null
            ? null
            : new Fault(ErrorCodes.SandboxFailed, "isolation", name, $"the task's control group cannot be made: {refused}");
    }

    /// <inheritdoc/>
    public abstract GroupEntry? EntryOf(string taskId);

    /// <inheritdoc/>
    public TaskUsage? Read(string taskId)
    {
        return ReadGroup(NameOf(taskId));
    }

    /// <inheritdoc/>
    public abstract double? ReadProcessorTime(string taskId);

    /// <inheritdoc/>
    public int Count(string taskId) => Members(NameOf(taskId)).Count;

    /// <inheritdoc/>
    public int Terminate(string taskId) => GroupMembers.Signal(Members(NameOf(taskId)), Libc.Sigterm);

    /// <inheritdoc/>
    public int Kill(string taskId) => KillGroup(NameOf(taskId)).Count;

    /// <inheritdoc/>
    public void Remove(string taskId)
    {
        var name = NameOf(taskId);
        Forget(name);
        if (!TryRemove(name))
        {
            _stubborn[name] = 0;
        }
    }

    /// <inheritdoc/>
    public void RemoveLeftovers()
    {
        if (_stubborn.IsEmpty)
        {
            return;
        }

        foreach (var other in _stubborn.Keys.Where(TryRemove))
        {
            _stubborn.TryRemove(other, out _);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RemoveOthers(IReadOnlySet<string> known)
    {
        var keep = known.Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var others = _hierarchies.SelectMany(h => Groups(WorkerIn(h))).Where(n => !keep.Contains(n)).Distinct(StringComparer.Ordinal).ToList();
        return others.FindAll(KillAndRemove);
    }

    /// <inheritdoc/>
    public void Close()
    {
        RemoveLeftovers();
        foreach (var hierarchy in _hierarchies)
        {
            // From the worker's group upwards; the kernel refuses to remove one that has something in it, as another worker's group.
            for (var depth = _steps.Length; depth > 0 && TryRemoveFolder(Path.Combine([hierarchy, .. _steps[..depth]])); depth--)
            {
            }
        }
    }

    /// <summary>Makes a group and takes it away again.</summary>
    /// <returns>Null when that can be done here; otherwise why not.</returns>
    public string? Try()
    {
        const string probe = "aurora-probe";
        var refused = MakeGroup(probe) ?? Apply(probe, new TaskLimits(1, true, 1L << 27, 0, 0, 16)) ?? (ReadGroup(probe) is null ? "its use cannot be read" : null);
        TryRemove(probe);
        if (refused is not null)
        {
            Close();
        }

        return refused;
    }

    /// <summary>A control file of a group.</summary>
    /// <param name="hierarchy">The hierarchy's root.</param>
    /// <param name="name">The group's name.</param>
    /// <param name="file">The file's name.</param>
    /// <returns>Its path.</returns>
    protected string FileOf(string hierarchy, string name, string file) => Path.Combine(GroupIn(hierarchy, name), file);

    /// <summary>The name of a task's group.</summary>
    /// <param name="taskId">The task.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentException">It is no task id, and could lead out of the worker's group.</exception>
    protected static string NameOf(string taskId) => TaskId.IsValid(taskId)
        ? TaskFolder.NameOf(new TaskId(taskId))
        : throw new ArgumentException($"'{taskId}' is not a task id.", nameof(taskId));

    /// <summary>Sets the limits of a group that is there.</summary>
    /// <param name="name">The group.</param>
    /// <param name="limits">The limits.</param>
    /// <returns>Null, or what was refused.</returns>
    protected abstract string? Apply(string name, TaskLimits limits);

    /// <summary>Reads the use of a group.</summary>
    /// <param name="name">The group.</param>
    /// <returns>The use; null when the group is gone.</returns>
    protected abstract TaskUsage? ReadGroup(string name);

    /// <summary>Whether <see cref="Open"/> does anything.</summary>
    protected abstract bool OpensFolders { get; }

    /// <summary>Prepares a folder that is to hold groups (v2: gives it its controllers).</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Null, or what was refused.</returns>
    protected abstract string? Open(string folder);

    /// <summary>Ends all processes of a group at one stroke, or at least keeps them from starting others.</summary>
    /// <param name="name">The group.</param>
    /// <returns>True when they have been sent SIGKILL.</returns>
    protected abstract bool KillAtOnce(string name);

    /// <summary>Drops what is remembered of a group that is being removed.</summary>
    /// <param name="name">The group.</param>
    protected virtual void Forget(string name)
    {
    }

    /// <summary>Whether it is certain, without a look at every process, that nobody is in a group or in the groups in it.</summary>
    /// <param name="name">The group.</param>
    /// <returns>True when nobody is.</returns>
    protected abstract bool IsSurelyEmpty(string name);

    private List<ProcStat> Members(string name) => IsSurelyEmpty(name) ? [] : _members.Read(GroupIn(_hierarchies[0], name), $"/{string.Join('/', _steps)}/{name}");

    private List<ProcStat> KillGroup(string name)
    {
        var members = Members(name);
        if (members.Count == 0)
        {
            return members;
        }

        if (!KillAtOnce(name))
        {
            // Read again: now nothing can be added any more.
            members = Members(name);
            GroupMembers.Signal(members, Libc.Sigkill);
        }

        return members;
    }

    private bool KillAndRemove(string name)
    {
        for (var round = 0; round < KillRounds; round++)
        {
            var left = KillGroup(name);
            if (left.Count == 0 && TryRemove(name))
            {
                return true;
            }

            WaitForEnd(left);
        }

        return false;
    }

    private static unsafe void WaitForEnd(List<ProcStat> killed)
    {
        // The end of the first one wakes; without one the kernel still takes the last one's leavings out of the group, which gives no signal.
        var handle = killed.Count == 0 ? -1 : PidFd.Open(killed[0].Pid, killed[0].StartTime);
        var waited = new Libc.PollDescriptor { Descriptor = handle, Events = 1 };
        _ = Libc.Poll(&waited, 1, RoundMilliseconds);
        if (handle >= 0)
        {
            _ = Libc.Close(handle);
        }
    }

    private string? MakeGroup(string name)
    {
        foreach (var hierarchy in _hierarchies)
        {
            // Again, because another worker that ends just now may remove the common parent between two steps.
            string? refused = null;
            for (var attempt = 0; attempt < 3 && (refused = MakeGroup(hierarchy, name)) is not null; attempt++)
            {
            }

            if (refused is not null)
            {
                return refused;
            }
        }

        return null;
    }

    private string? MakeGroup(string hierarchy, string name)
    {
        try
        {
            // Nearly always the groups above are there, and where nothing is to be done about them only the last step is to be made.
            var group = GroupIn(hierarchy, name);
            if (OpensFolders ? Directory.Exists(group) : Libc.MakeFolder(group, (uint)FolderMode) == 0 || Libc.LastError == AlreadyThere)
            {
                return null;
            }

            var folder = hierarchy;
            foreach (var step in (string[])[.. _steps, name])
            {
                if (Open(folder) is { } refused)
                {
                    return refused;
                }

                folder = Path.Combine(folder, step);
                Directory.CreateDirectory(folder, FolderMode);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private bool TryRemove(string name)
    {
        var all = true;
        foreach (var hierarchy in _hierarchies)
        {
            var group = GroupIn(hierarchy, name);
            if (!TryRemoveFolder(group))
            {
                GroupMembers.Inner(group).ForEach(inner => TryRemoveFolder(inner));
                all &= TryRemoveFolder(group);
            }
        }

        return all;
    }

    private static bool TryRemoveFolder(string folder)
    {
        const int missing = 2;
        return Libc.RemoveFolder(folder) == 0 || Libc.LastError == missing;
    }

    private static IEnumerable<string> Groups(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(f => Path.GetFileName(f)) : [];

    private string WorkerIn(string hierarchy) => Path.Combine([hierarchy, .. _steps]);

    private string GroupIn(string hierarchy, string name) => Path.Combine(WorkerIn(hierarchy), name);
}
