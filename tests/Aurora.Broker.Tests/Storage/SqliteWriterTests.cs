using Aurora.Broker.Storage;
using Aurora.Broker.Storage.Sqlite;
using Aurora.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public sealed class SqliteWriterTests
{
    private const int Rounds = 1000; // A queue that its thread threw away was met in every few hundred.

    [Fact]
    public async Task WhenItIsClosedWhileWorkComes_LaterWorkIsRefusedAndWhoClosesItIsNotThrownAt()
    {
        using var folder = new TemporaryFolder("writer");
        for (var round = 0; round < Rounds; round++)
        {
            var writer = new SqliteWriter(folder["aurora.db"], NullLogger.Instance);
            var asking = Task.Run(() => AskUntilItIsClosed(writer), TestContext.Current.CancellationToken);
            Thread.Yield();
            await writer.DisposeAsync();
            await writer.DisposeAsync();
            await asking;
        }
    }

    // Given up before it begins, so that no file is opened.
    private static void AskUntilItIsClosed(SqliteWriter writer)
    {
        while (true)
        {
            try
            {
                _ = writer.RunAsync("try", _ => 0, new CancellationToken(canceled: true));
            }
            catch (StoreException)
            {
                // Its line is full.
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }
}
