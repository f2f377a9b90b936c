using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aurora.Broker.Storage.Migrations;

/// <summary>One step of the schema. Steps are numbered from 1 without gaps, only go forward, and never change once released.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">What it does, in a word or two.</param>
/// <param name="Sql">Its text, with <c>\n</c> line ends; it is run as one batch inside a transaction.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text in lower-case hexadecimal. The line ends do not count: a checkout on Windows must not look like tampering.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>Makes one from its file.</summary>
    /// <param name="file">The file's name without ending, for example <c>0001_initial</c>.</param>
    /// <param name="sql">The file's text.</param>
    /// <returns>The migration.</returns>
    public static Migration FromFile(string file, string sql) =>
        new(int.Parse(file.AsSpan(0, file.IndexOf('_', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture),
            file[(file.IndexOf('_', StringComparison.Ordinal) + 1)..], sql);
}
