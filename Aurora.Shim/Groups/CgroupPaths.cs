namespace Aurora.Shim.Groups;

/// <summary>Finds the files of a process's own control groups (v1). Pure: the kernel's texts are arguments.</summary>
internal static class CgroupPaths
{
    /// <summary>The <c>tasks</c> files of the process's groups.</summary>
    /// <param name="cgroup">The content of <c>/proc/PID/cgroup</c>.</param>
    /// <param name="mounts">The content of <c>/proc/PID/mountinfo</c>.</param>
    /// <returns>One path for each mounted v1 hierarchy.</returns>
    public static IEnumerable<string> OwnTasks(string cgroup, string mounts)
    {
        var own = cgroup.Split('\n').Select(l => l.Split(':', 3)).Where(p => p.Length == 3 && p[1].Length > 0).ToList();
        foreach (var line in mounts.Split('\n'))
        {
            var words = line.Split(' ');
            var dash = Array.IndexOf(words, "-");
            if (dash < 6 || dash + 3 >= words.Length || words[dash + 1] != "cgroup")
            {
                continue;
            }

            var options = words[dash + 3].Split(',');
            var group = own.Find(p => p[1].Split(',').All(options.Contains));
            if (group is not null && Below(words[3], group[2]) is { } below)
            {
                yield return $"{words[4]}{below.TrimEnd('/')}/tasks";
            }
        }
    }

    /// <summary>A part of the hierarchy may be mounted (containers): then only what lies in that part can be reached.</summary>
    private static string? Below(string root, string group) =>
        root == "/" ? group
        : group == root ? ""
        : group.StartsWith($"{root}/", StringComparison.Ordinal) ? group[root.Length..] : null;
}
