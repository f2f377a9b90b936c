namespace Aurora.Shim.Groups;

/// <summary>How a process comes into its control group. The values are the protocol's.</summary>
internal enum GroupWay
{
    /// <summary>It stays in the shim's.</summary>
    None = 0,

    /// <summary>The spawning thread goes into the group, its child is born there, and it goes back (cgroup v1).</summary>
    SpawningThread = 1,

    /// <summary>The child writes itself into the group and then executes the program (cgroup v2).</summary>
    Child = 2,
}
