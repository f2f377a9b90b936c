using System.Text;
using System.Threading.Channels;

namespace Aurora.Messaging.Tests.Contract;

/// <summary>A consumer's handler that keeps deliveries for the test to take, in order.</summary>
public sealed class Inbox<T>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Channel<T> _arrived = Channel.CreateUnbounded<T>();

    public int Waiting => _arrived.Reader.Count;

    public ValueTask HandleAsync(T item, CancellationToken cancellationToken) => _arrived.Writer.WriteAsync(item, cancellationToken);

    public async Task<T> NextAsync() => await _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<List<T>> NextAsync(int count)
    {
        var items = new List<T>(count);
        while (items.Count < count)
            items.Add(await NextAsync());
        return items;
    }
}

/// <summary>Messages for tests: numbered, so that order shows.</summary>
internal static class Some
{
    public static BusMessage Message(int number = 1, string name = "number") => new(name, 1, Guid.NewGuid(), Encoding.UTF8.GetBytes($"{{\"n\":{number}}}"));

    public static int Number(this BusMessage message) => int.Parse(Encoding.UTF8.GetString(message.Body.Span)[5..^1], System.Globalization.CultureInfo.InvariantCulture);
}
