namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// Proves every so often that each consumer still hears. A connection can look alive and a consumer be deaf: the server forgot it, or the
/// network swallows packets. A consumer that was silent for an interval gets a probe sent through its queue, whose answer must come within
/// another one; else the link is given up. It also sets up consumers that could not be set up before.
/// Weak where a queue has another, hearing consumer: that one may answer, and messages flow to it.
/// </summary>
internal static class Watchdog
{
    public static async Task RunAsync(Link link, BusCore core, Func<IEnumerable<QueueConsumer>> consumers)
    {
        var interval = core.Options.ProbeInterval < core.Options.ReconnectDelayLimit ? core.Options.ProbeInterval : core.Options.ReconnectDelayLimit;
        try
        {
            while (true)
            {
                await Task.Delay(interval, core.Time, link.Lost);
                await Task.WhenAll(consumers().Select(consumer => CheckAsync(consumer, link, core)));
            }
        }
        catch (OperationCanceledException) when (link.IsLost)
        {
            // The next link has a watchdog of its own.
        }
    }

    private static async Task CheckAsync(QueueConsumer consumer, Link link, BusCore core)
    {
        if (consumer.Session is not { } session || session.Link != link)
            await consumer.TryOpenOnAsync(link);
        else if (IsSilent(session, core) && !await AnswersAsync(session, link, core))
            link.Fail($"the consumer of {consumer.Plan.Source} is deaf: a probe did not come back within {core.Options.ProbeInterval}");
    }

    // A full consumer is silent because its owner is slow, and a blocked server takes no probes.
    private static bool IsSilent(ConsumerSession session, BusCore core) =>
        !session.IsFull && session.Link.Gate.ClosedBecause is null && core.Time.GetElapsedTime(session.LastHeard) >= core.Options.ProbeInterval;

    private static async Task<bool> AnswersAsync(ConsumerSession session, Link link, BusCore core)
    {
        var before = session.LastHeard;
        using var limit = new CancellationTokenSource(core.Options.ProbeInterval, core.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, link.Lost);
        try
        {
            var probe = new BusMessage(Headers.ProbeName, 1, Guid.NewGuid(), "{}"u8.ToArray());
            await core.RequestAsync(session.Queue, probe, persistent: false, either.Token);
            return true;
        }
        catch (BusException)
        {
            // The queue is gone, or nothing can be published: both are reasons to begin again.
            return false;
        }
        catch (OperationCanceledException)
        {
            // Late, but alive when anything else arrived, or when it went quiet for a good reason.
            return link.IsLost || session.LastHeard != before || session.IsFull || link.Gate.ClosedBecause is not null || session.IsClosing;
        }
    }
}
