using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Aurora.Messaging.RabbitMq;

/// <summary>Between our messages and AMQP properties. Reading never throws: what cannot be read has a reason.</summary>
internal static class WireMessage
{
    public static BasicProperties Properties(BusMessage message, bool persistent) => new()
    {
        ContentType = Headers.ContentType,
        DeliveryMode = persistent ? DeliveryModes.Persistent : DeliveryModes.Transient,
        MessageId = message.Id.ToString("D"),
        Headers = new Dictionary<string, object?>(4) { [Headers.Name] = message.Name, [Headers.Version] = message.Version },
    };

    /// <summary>Reads a message. The body must be a copy already.</summary>
    /// <returns>The message, or null and the reason.</returns>
    public static (BusMessage? Message, string Reason) Read(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        if (Text(properties, Headers.Name) is not { Length: > 0 } name)
            return (null, $"the header {Headers.Name} is missing");
        if (Version(properties) is not { } version)
            return (null, $"the header {Headers.Version} is missing or not a number from 1");
        if (!Guid.TryParseExact(properties.MessageId, "D", out var id))
            return (null, "the property message-id is missing or not a GUID");
        return (new BusMessage(name, version, id, body), "");
    }

    /// <summary>A dead letter as its reader sees it, whether its headers can be read or not.</summary>
    public static BusMessage ReadDeadLetter(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) =>
        Read(properties, body).Message ?? new BusMessage(Headers.UnreadableName, 1, Guid.Empty, body);

    /// <summary>A string header; RabbitMQ hands strings back as bytes. Null when it is missing or of another type.</summary>
    public static string? Text(IReadOnlyBasicProperties properties, string header)
    {
        if (properties.Headers is not { } headers || !headers.TryGetValue(header, out var value))
            return null;
        return value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            string text => text,
            _ => null,
        };
    }

    private static int? Version(IReadOnlyBasicProperties properties)
    {
        if (properties.Headers is not { } headers || !headers.TryGetValue(Headers.Version, out var value))
            return null;
        // Other client libraries may write a small integer in a wider type.
        return value is int or long or short or byte or sbyte or ushort or uint
            && Convert.ToInt64(value, CultureInfo.InvariantCulture) is >= 1 and <= int.MaxValue and var version
                ? (int)version
                : null;
    }
}
