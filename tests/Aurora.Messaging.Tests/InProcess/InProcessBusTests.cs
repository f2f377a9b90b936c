using Aurora.Messaging.InProcess;
using Aurora.Messaging.Tests.Contract;

namespace Aurora.Messaging.Tests.InProcess;

/// <summary>The in-process bus against the contract: a small queue, so that it can be filled.</summary>
public sealed class InProcessBusTests : MessageBusContract
{
    private const int QueueLength = 2000;
    private InProcessBus? _world;

    protected override Task<IMessageBus> OpenAsync(BusOptions options)
    {
        _world ??= new InProcessBus(new InProcessOptions { Bus = options, QueueLength = QueueLength });
        return Task.FromResult<IMessageBus>(_world.Connect());
    }

    protected override Task StallAsync(IMessageBus bus) => PublishAllAsync(bus, QueueLength);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_world is not null)
            await _world.DisposeAsync();
    }
}
