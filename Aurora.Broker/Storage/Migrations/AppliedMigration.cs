namespace Aurora.Broker.Storage.Migrations;

/// <summary>A row of <c>schema_migrations</c>: a step that a database has behind it.</summary>
internal sealed class AppliedMigration
{
    /// <summary>The step's number.</summary>
    public int Number { get; init; }

    /// <summary>The step's name then.</summary>
    public string Name { get; init; } = "";

    /// <summary>The step's checksum then.</summary>
    public string Checksum { get; init; } = "";
}
