using Aurora.Core.Messages;
using Aurora.Worker.Isolation;
using Aurora.Worker.Processes;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Launching;

/// <summary>What all runs of one task share.</summary>
/// <param name="Launch">The order.</param>
/// <param name="Folder">The task's folder.</param>
/// <param name="Account">The user that it runs as.</param>
/// <param name="Ports">Its ports: every name, aliases and static numbers included.</param>
/// <param name="Group">How its processes come into its cgroup; null where there is none.</param>
/// <param name="Limits">What it may use.</param>
internal sealed record TaskSetting(
    LaunchTask Launch, TaskFolder Folder, RoleAccount Account, IReadOnlyDictionary<string, int> Ports, GroupEntry? Group, TaskLimits Limits);
