using System.Reflection;
using System.Text;
using Aurora.Broker.Storage.Migrations;

namespace Aurora.Broker.Storage;

/// <summary>
/// All SQL of one dialect. It stands in <c>.sql</c> files that are embedded: migrations one a file, statements by table, each after a line
/// <c>-- name: …</c>. There is no other place for SQL, so a test that reads this reads all of it.
/// </summary>
internal sealed class SqlText
{
    private const string NameMark = "-- name: ";

    private SqlText(string dialect)
    {
        var root = $"{typeof(SqlText).Namespace}.{dialect}.";
        var files = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(resource => resource.StartsWith(root, StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal))
            .ToDictionary(resource => resource[root.Length..^".sql".Length], ReadResource, StringComparer.Ordinal);

        Migrations = [.. Of(files, "Migrations.").Select(file => Migration.FromFile(file.Key, file.Value)).OrderBy(migration => migration.Number)];
        Statements = Of(files, "Statements.").SelectMany(file => Split(file.Value)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>SQLite's.</summary>
    public static SqlText Sqlite { get; } = new("Sqlite");

    /// <summary>SQL Server's.</summary>
    public static SqlText SqlServer { get; } = new("SqlServer");

    /// <summary>The migrations in their order.</summary>
    public IReadOnlyList<Migration> Migrations { get; }

    /// <summary>Every statement by its name. One that takes rows takes them as a JSON array in the parameter of its own name.</summary>
    public IReadOnlyDictionary<string, string> Statements { get; }

    /// <summary>A statement's text.</summary>
    /// <param name="name">Its name, for example <c>write_tasks</c>.</param>
    public string this[string name] => Statements[name];

    private static IEnumerable<KeyValuePair<string, string>> Of(Dictionary<string, string> files, string folder) =>
        files.Where(file => file.Key.StartsWith(folder, StringComparison.Ordinal))
            .Select(file => KeyValuePair.Create(file.Key[folder.Length..], file.Value));

    private static IEnumerable<KeyValuePair<string, string>> Split(string file)
    {
        foreach (var part in ("\n" + file).Split("\n" + NameMark).Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            yield return KeyValuePair.Create(part[..end].Trim(), part[(end + 1)..].Trim());
        }
    }

    private static string ReadResource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!; // The name comes from the list of the same assembly.
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
