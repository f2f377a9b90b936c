using System.Text.RegularExpressions;
using Aurora.Broker.Storage;
using Aurora.Broker.Storage.SqlServer;
using Microsoft.SqlServer.TransactSql.ScriptDom;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

/// <summary>Every T-SQL text of the product, read by Microsoft's own parser: no SQL Server can be installed where this is built.</summary>
public sealed partial class TransactSqlTests
{
    private static readonly BatchStatement[] AllTables =
        [.. SqlText.SqlServer.Statements.Keys.Where(name => name.StartsWith("delete_", StringComparison.Ordinal) || name.StartsWith("write_", StringComparison.Ordinal))
            .Select(name => new BatchStatement(name, "[]"))];

    public static TheoryData<string> Names =>
        [.. SqlText.SqlServer.Statements.Keys, .. SqlText.SqlServer.Migrations.Select(step => $"migration {step.Number}"), "a commit of all tables"];

    [Theory]
    [MemberData(nameof(Names))]
    public void EveryText_IsTransactSql_ThatAnUnmodifiedBabelfishKnows(string name)
    {
        var parser = new TSql160Parser(initialQuotedIdentifiers: true);
        using var reader = new StringReader(Text(name));
        var script = parser.Parse(reader, out var errors);
        Assert.Empty(errors.Select(error => $"{error.Line}:{error.Column} {error.Message}"));
        var visitor = new Forbidden();
        script.Accept(visitor);
        Assert.Empty(visitor.Found);
    }

    [Theory]
    [InlineData("MERGE dbo.a AS t USING dbo.b AS s ON t.x = s.x WHEN MATCHED THEN DELETE;", "MERGE")]
    [InlineData("CREATE OR ALTER PROCEDURE dbo.p AS SELECT 1;", "CREATE OR ALTER")]
    [InlineData("CREATE TABLE dbo.a (x int, INDEX ix (x));", "inline INDEX")]
    [InlineData("CREATE TABLE dbo.a (x int INDEX ix);", "inline INDEX")]
    [InlineData("WAITFOR DELAY '00:00:01';", "WAITFOR")]
    [InlineData("ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON;", "ALTER DATABASE")]
    [InlineData("WITH c AS (SELECT x FROM dbo.a) UPDATE c SET x = 1;", "UPDATE through a CTE")]
    [InlineData("WITH c AS (SELECT x FROM dbo.a) DELETE FROM c;", "DELETE through a CTE")]
    [InlineData("ALTER TABLE dbo.a ALTER COLUMN x int NOT NULL;", "ALTER COLUMN")]
    [InlineData("DECLARE @v int; UPDATE dbo.a SET @v = x = 1;", "UPDATE SET @v = column")]
    [InlineData("SELECT x FROM dbo.a WITH (UPDLOCK);", "lock hint")]
    [InlineData("DECLARE @t datetime2(7);", "datetime2 finer than 3 digits")]
    [InlineData("DECLARE @t datetime2;", "datetime2 finer than 3 digits")]
    [InlineData("INSERT INTO dbo.a (x) OUTPUT INSERTED.x SELECT x FROM dbo.b ORDER BY x;", "ORDER BY in INSERT ... SELECT")]
    public void WhatABabelfishLacks_IsFound(string sql, string construct)
    {
        using var reader = new StringReader(sql);
        var script = new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
        Assert.Empty(errors);
        var visitor = new Forbidden();
        script.Accept(visitor);
        Assert.Contains(construct, visitor.Found);
    }

    [Fact]
    public void NoTransactSql_StandsOutsideTheFilesThatAreRead()
    {
        // Every embedded file is a migration or splits into statements; every statement of the one dialect has its namesake in the other, but for the frames.
        var resources = typeof(SqlText).Assembly.GetManifestResourceNames().Where(name => name.Contains(".SqlServer.", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(resources);
        Assert.All(resources, name => Assert.Matches(@"\.SqlServer\.(Migrations|Statements)\.\w+\.sql$", name));
        string[] onlyThere = ["begin_commit", "end_commit", "abandon_commit", "create_migration_lock", "lock_migrations", "read_snapshot_setting"];
        string[] onlyHere = ["check_epoch"];
        Assert.Equal(
            SqlText.Sqlite.Statements.Keys.Except(onlyHere).Order(StringComparer.Ordinal),
            SqlText.SqlServer.Statements.Keys.Except(onlyThere).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void BothDialects_HaveTheSameTablesAndColumns_AndTheSameSteps()
    {
        Assert.Equal(SqlText.Sqlite.Migrations.Select(step => (step.Number, step.Name)), SqlText.SqlServer.Migrations.Select(step => (step.Number, step.Name)));
        Assert.Equal(Enumerable.Range(1, SqlText.Sqlite.Migrations.Count), SqlText.Sqlite.Migrations.Select(step => step.Number));
        Assert.Equal(Columns(SqlText.Sqlite), Columns(SqlText.SqlServer));
        Assert.Equal(ActiveStates(SqlText.Sqlite), ActiveStates(SqlText.SqlServer));
    }

    private static string Text(string name) => name switch
    {
        "a commit of all tables" => SqlServerStore.CommitText(SqlText.SqlServer, AllTables),
        _ when name.StartsWith("migration ", StringComparison.Ordinal) =>
            SqlText.SqlServer.Migrations.Single(step => $"migration {step.Number}" == name).Sql,
        _ => SqlText.SqlServer[name],
    };

    private static string[] Columns(SqlText dialect) =>
        [.. dialect.Migrations.SelectMany(step => TablePattern().Matches(step.Sql))
            .SelectMany(table => ColumnPattern().Matches(table.Groups[2].Value)
                .Where(column => column.Groups[1].Value is not ("CONSTRAINT" or "PRIMARY"))
                .Select(column => $"{table.Groups[1].Value}.{column.Groups[1].Value}{(column.Groups[2].Success ? " NOT NULL" : "")}")),
            .. dialect.Migrations.SelectMany(step => AddedPattern().Matches(step.Sql))
                .Select(column => $"{column.Groups[1].Value}.{column.Groups[2].Value}{(column.Groups[3].Success ? " NOT NULL" : "")}")];

    private static string ActiveStates(SqlText dialect) =>
        Assert.Single(dialect.Migrations.SelectMany(step => ActivePattern().Matches(step.Sql))).Groups[1].Value;

    [GeneratedRegex(@"CREATE TABLE (?:dbo\.)?(\w+) \(\n(.*?)\n\)", RegexOptions.Singleline)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"^ALTER TABLE (?:dbo\.)?(\w+) ADD (?:COLUMN )?(\w+) [^\n]*?(NOT NULL)?[^\n]*;$", RegexOptions.Multiline)]
    private static partial Regex AddedPattern();

    [GeneratedRegex(@"^    (\w+) [^\n]*?(NOT NULL)?[^\n]*$", RegexOptions.Multiline)]
    private static partial Regex ColumnPattern();

    [GeneratedRegex(@"WHERE state IN \((.*?)\)")]
    private static partial Regex ActivePattern();

    /// <summary>Finds what an unmodified Babelfish 4.4 lacks, and the lock hints that it accepts and ignores.</summary>
    private sealed class Forbidden : TSqlFragmentVisitor
    {
        public List<string> Found { get; } = [];

        public override void Visit(MergeStatement node) => Found.Add("MERGE");

        public override void Visit(CreateOrAlterProcedureStatement node) => Found.Add("CREATE OR ALTER");

        public override void Visit(CreateOrAlterFunctionStatement node) => Found.Add("CREATE OR ALTER");

        public override void Visit(CreateOrAlterTriggerStatement node) => Found.Add("CREATE OR ALTER");

        public override void Visit(CreateOrAlterViewStatement node) => Found.Add("CREATE OR ALTER");

        public override void Visit(TableDefinition node)
        {
            if (node.Indexes.Count > 0)
                Found.Add("inline INDEX");
        }

        public override void Visit(ColumnDefinition node)
        {
            if (node.Index is not null)
                Found.Add("inline INDEX");
        }

        public override void Visit(WaitForStatement node) => Found.Add("WAITFOR");

        public override void Visit(AlterDatabaseStatement node) => Found.Add("ALTER DATABASE");

        public override void Visit(AlterTableAlterColumnStatement node) => Found.Add("ALTER COLUMN");

        public override void Visit(TableHint node) => Found.Add("lock hint");

        public override void ExplicitVisit(UpdateStatement node)
        {
            base.ExplicitVisit(node);
            if (IsCte(node.WithCtesAndXmlNamespaces, node.UpdateSpecification.Target))
                Found.Add("UPDATE through a CTE");
        }

        public override void ExplicitVisit(DeleteStatement node)
        {
            base.ExplicitVisit(node);
            if (IsCte(node.WithCtesAndXmlNamespaces, node.DeleteSpecification.Target))
                Found.Add("DELETE through a CTE");
        }

        public override void Visit(AssignmentSetClause node)
        {
            if (node.Variable is not null && node.Column is not null)
                Found.Add("UPDATE SET @v = column");
        }

        public override void Visit(SqlDataTypeReference node)
        {
            if (node.SqlDataTypeOption == SqlDataTypeOption.DateTime2 && node.Parameters is not [{ Value: "0" or "1" or "2" or "3" }])
                Found.Add("datetime2 finer than 3 digits");
        }

        public override void Visit(InsertSpecification node)
        {
            if (node.InsertSource is SelectInsertSource { Select.OrderByClause: not null })
                Found.Add("ORDER BY in INSERT ... SELECT");
        }

        private static bool IsCte(WithCtesAndXmlNamespaces? with, TableReference target) =>
            target is NamedTableReference table && with?.CommonTableExpressions.Any(cte =>
                string.Equals(cte.ExpressionName.Value, table.SchemaObject.BaseIdentifier.Value, StringComparison.OrdinalIgnoreCase)) == true;
    }
}
