namespace Aurora.Messaging.RabbitMq;

/// <summary>Where a reply goes and which request it answers, as the one opaque string of <see cref="IDelivery.ReplyTo"/>.</summary>
internal readonly record struct ReplyAddress(string Queue, string Correlation)
{
    private const char Separator = '\n';

    public static string? Encode(string? queue, string? correlation) => string.IsNullOrEmpty(queue) ? null : $"{queue}{Separator}{correlation}";

    public static ReplyAddress Decode(string address)
    {
        var end = address.IndexOf(Separator, StringComparison.Ordinal);
        return end < 0 ? new ReplyAddress(address, "") : new ReplyAddress(address[..end], address[(end + 1)..]);
    }
}
