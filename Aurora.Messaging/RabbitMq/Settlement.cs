namespace Aurora.Messaging.RabbitMq;

/// <summary>One settled delivery: acknowledged, or handed back.</summary>
internal readonly record struct Settlement(ulong Tag, bool Requeue);

/// <summary>One frame to send: an ack or a nack with requeue, of one tag or of all up to it.</summary>
internal readonly record struct SettleFrame(ulong Tag, bool Multiple, bool Requeue);
