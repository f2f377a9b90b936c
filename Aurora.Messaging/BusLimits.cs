using System.Text;

namespace Aurora.Messaging;

/// <summary>The limits that both buses hold their callers to, so that what works on one works on the other. A breach is a programming error.</summary>
internal static class BusLimits
{
    /// <summary>AMQP's short string: names of queues, routing keys and patterns.</summary>
    public const int NameBytes = 255;

    /// <summary>The most unsettled deliveries of one consumer.</summary>
    public const int Prefetch = 2000;

    /// <summary>The most publishes that wait for their confirm.</summary>
    public const int ConfirmWindow = 10_000;

    public static void Check(BusMessage message)
    {
        ArgumentException.ThrowIfNullOrEmpty(message.Name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(message.Name), NameBytes, nameof(message));
        ArgumentOutOfRangeException.ThrowIfLessThan(message.Version, 1, nameof(message));
    }

    public static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(name), NameBytes, nameof(name));
    }

    public static void CheckPrefetch(int prefetch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefetch, Prefetch);
    }

    public static void Check(BusOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ConfirmWindow, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ConfirmWindow, ConfirmWindow, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.PublishTimeout, TimeSpan.Zero, nameof(options));
    }
}
