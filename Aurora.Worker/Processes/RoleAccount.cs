namespace Aurora.Worker.Processes;

/// <summary>The operating-system user that a role is.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="Uid">Its number.</param>
/// <param name="Gid">Its primary group's number.</param>
/// <param name="Home">Its home folder, as the user database has it; it need not exist.</param>
internal sealed record RoleAccount(string Name, uint Uid, uint Gid, string Home);
