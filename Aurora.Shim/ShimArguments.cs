using System.Globalization;

namespace Aurora.Shim;

/// <summary>The shim's command line, which the worker agent writes.</summary>
/// <param name="Role">The user to become, when started as root.</param>
/// <param name="Folder">The shim's folder, which exists and belongs to the agent's user alone.</param>
/// <param name="Uid">The user's number.</param>
/// <param name="Gid">The user's primary group.</param>
/// <param name="IdleSeconds">Ends after so long without an agent and without anything running, from 1.</param>
internal sealed record ShimArguments(string Role, ShimFolder Folder, uint Uid, uint Gid, int IdleSeconds)
{
    /// <summary>What to write on the command line.</summary>
    public const string Usage = "usage: aurora-shim --role NAME --uid N --gid N --folder PATH [--idle-seconds N] (started by the worker agent)";

    private const int DefaultIdleSeconds = 60;

    /// <summary>Reads the command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <returns>Null when it is not as <see cref="Usage"/> says.</returns>
    public static ShimArguments? Parse(string[] args)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            values[args[i]] = args[i + 1];
        }

        var idle = DefaultIdleSeconds;
        return args.Length % 2 == 0
            && values.TryGetValue("--role", out var role)
            && values.TryGetValue("--folder", out var folder) && Path.IsPathFullyQualified(folder)
            && values.TryGetValue("--uid", out var uidText) && uint.TryParse(uidText, NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            && values.TryGetValue("--gid", out var gidText) && uint.TryParse(gidText, NumberStyles.None, CultureInfo.InvariantCulture, out var gid)
            && (!values.TryGetValue("--idle-seconds", out var idleText)
                || (int.TryParse(idleText, NumberStyles.None, CultureInfo.InvariantCulture, out idle) && idle >= 1))
                ? new ShimArguments(role, new ShimFolder(folder), uid, gid, idle)
                : null;
    }

    /// <summary>Writes the command line.</summary>
    /// <returns>The arguments.</returns>
    public string[] ToArguments() =>
    [
        "--role", Role, "--uid", Uid.ToString(CultureInfo.InvariantCulture), "--gid", Gid.ToString(CultureInfo.InvariantCulture),
        "--folder", Folder.Path, "--idle-seconds", IdleSeconds.ToString(CultureInfo.InvariantCulture),
    ];
}
