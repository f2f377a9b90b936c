using Aurora.Broker.Storage;
using Aurora.Core.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public sealed class StoreOptionsTests
{
    [Theory]
    [InlineData(null, null, "store: needs")]
    [InlineData("a.db", "Data Source=x;Initial Catalog=y", "only one")]
    [InlineData("  ", null, "store.sqlite_file is '  ': must be the path")]
    [InlineData(":memory:", null, "store in memory")]
    [InlineData("file:x?mode=memory", null, "plain path")]
    [InlineData("/", null, "is a folder")]
    [InlineData(null, "Data Source=x", "needs a database")]
    [InlineData(null, "Initial Catalog=y", "needs a server")]
    [InlineData(null, "Data Source=x;Initial Catalog=y;MultipleActiveResultSets=True", "must be off")]
    [InlineData(null, "Password=secret;Nonsense=1", "cannot be read")]
    [InlineData(null, "Connect Timeout=soon;Password=secret", "cannot be read")]
    public void OptionsThatCannotWork_AreRefusedWithFieldAndRule(string? sqlite, string? sqlServer, string part)
    {
        var options = new StoreOptions { SqliteFile = sqlite, SqlServer = sqlServer };
        var refusal = Assert.Throws<AuroraException>(() => StoreFactory.Open(options, TimeProvider.System, NullLoggerFactory.Instance));
        Assert.Equal(ErrorCodes.InvalidConfiguration, refusal.Code);
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaultsOfAConnectionString_AreReportedTogether() =>
        Assert.Equal(3, new StoreOptions { SqlServer = "MultipleActiveResultSets=True" }.Validate().Count);

    [Theory]
    [InlineData("sqlite:/var/lib/aurora/aurora.db", "/var/lib/aurora/aurora.db", null)]
    [InlineData("SQLite:a.db", "a.db", null)]
    [InlineData("Server=x;Database=y", null, "Server=x;Database=y")]
    public void TheShortForm_IsRead(string text, string? sqlite, string? sqlServer)
    {
        var options = StoreOptions.Parse(text);
        Assert.Equal((sqlite, sqlServer), (options.SqliteFile, options.SqlServer));
        Assert.Empty(options.Validate());
    }
}
