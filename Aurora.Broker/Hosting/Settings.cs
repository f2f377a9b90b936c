using Aurora.Broker.Storage;

namespace Aurora.Broker.Hosting;

/// <summary>What the file comes to.</summary>
/// <param name="Broker">The broker's options.</param>
/// <param name="Store">The store's.</param>
/// <param name="Amqp">RabbitMQ's addresses.</param>
internal sealed record Settings(BrokerOptions Broker, StoreOptions Store, IReadOnlyList<Uri> Amqp);
