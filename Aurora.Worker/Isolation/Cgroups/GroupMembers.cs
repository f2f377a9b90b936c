using System.Globalization;
using System.Runtime.Versioning;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;

namespace Aurora.Worker.Isolation.Cgroups;

/// <summary>
/// The processes in a cgroup. What <c>cgroup.procs</c> lists is looked at again, process by process: a pid may have been given to another process meanwhile, and v1 lists a
/// shim there while one of its threads is in the group to spawn. A process counts only when its main thread (or, when that has ended, a living one) is in the group.
/// </summary>
/// <param name="controller">The controller whose line of <c>/proc/PID/cgroup</c> counts; empty for v2.</param>
[SupportedOSPlatform("linux")]
internal sealed class GroupMembers(string controller)
{
    /// <summary>The living processes of a group and of the groups in it.</summary>
    /// <param name="group">The group's folder.</param>
    /// <param name="name">The group's path from the hierarchy's root, beginning with '/'. Only its end is compared: in a container the kernel may tell more before it.</param>
    /// <returns>The processes.</returns>
    public List<ProcStat> Read(string group, string name)
    {
        var members = new List<ProcStat>();
        foreach (var folder in new[] { group }.Concat(Inner(group)))
        {
            foreach (var word in CgroupFile.ReadWords(Path.Combine(folder, "cgroup.procs")))
            {
                // A process of another pid namespace is shown as 0; it cannot be one that this worker started.
                if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 && pid != Environment.ProcessId
                    && ProcFs.ReadStat(pid) is { } stat && IsMember(stat, name))
                {
                    members.Add(stat);
                }
            }
        }

        return members;
    }

    /// <summary>Sends a signal to each, if it still is the same process.</summary>
    /// <param name="members">The processes.</param>
    /// <param name="signal">The signal.</param>
    /// <returns>How many got it.</returns>
    public static int Signal(List<ProcStat> members, int signal) => members.Count(m => PidFd.Signal(m.Pid, m.StartTime, signal));

    /// <summary>The groups in a group, the deepest first.</summary>
    /// <param name="group">The group's folder.</param>
    /// <returns>Their folders.</returns>
    public static List<string> Inner(string group)
    {
        try
        {
            var folders = Directory.EnumerateDirectories(group, "*", SearchOption.AllDirectories).ToList();
            folders.Sort((a, b) => b.Length.CompareTo(a.Length));
            return folders;
        }
        catch (IOException)
        {
            // The group went away meanwhile, and so has nothing in it.
            return [];
        }
    }

    private bool IsMember(ProcStat stat, string name)
    {
        if (!stat.Ended)
        {
            return IsIn($"/proc/{stat.Pid}/cgroup", name);
        }

        // A main thread that ended is shown as a zombie while the others go on.
        try
        {
            return Directory.EnumerateDirectories($"/proc/{stat.Pid}/task")
                .Any(thread => !thread.EndsWith($"/{stat.Pid}", StringComparison.Ordinal) && IsIn($"{thread}/cgroup", name));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool IsIn(string file, string name)
    {
        foreach (var line in (ProcFs.ReadText(file) ?? "").AsSpan().EnumerateLines())
        {
            // Lines are "number:controller,controller:/path"; v2 names no controller.
            var first = line.IndexOf(':');
            var second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':');
            if (second < 0 || !Names(line.Slice(first + 1, second)))
            {
                continue;
            }

            var path = line[(first + second + 2)..];
            return path.EndsWith(name, StringComparison.Ordinal) || path.Contains($"{name}/", StringComparison.Ordinal);
        }

        return false;
    }

    private bool Names(ReadOnlySpan<char> controllers)
    {
        foreach (var range in controllers.Split(','))
        {
            if (controllers[range].SequenceEqual(controller))
            {
                return true;
            }
        }

        return false;
    }
}
