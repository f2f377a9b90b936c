namespace Aurora.Messaging.RabbitMq;

/// <summary>
/// Decides which frames settle a batch: one ack with multiple=true for the contiguous run at the front, single acks for what lies behind a gap.
/// Hand-backs go first, because an ack of "all up to" must not take them along. Tags of a channel run from 1 without gaps.
/// </summary>
internal sealed class SettleLedger
{
    private readonly HashSet<ulong> _settledBehindGap = [];
    private ulong _lowest = 1;

    /// <summary>Plans the frames for a batch of settlements, each tag at most once over the ledger's life.</summary>
    public IReadOnlyList<SettleFrame> Plan(IReadOnlyCollection<Settlement> batch)
    {
        var frames = new List<SettleFrame>();
        var acks = new List<ulong>(batch.Count);
        foreach (var settlement in batch)
        {
            _settledBehindGap.Add(settlement.Tag);
            if (settlement.Requeue)
                frames.Add(new SettleFrame(settlement.Tag, Multiple: false, Requeue: true));
            else
                acks.Add(settlement.Tag);
        }
        while (_settledBehindGap.Remove(_lowest))
            _lowest++;
        acks.Sort();
        AddAcks(acks, frames);
        return frames;
    }

    private void AddAcks(List<ulong> acks, List<SettleFrame> frames)
    {
        // The server refuses an ack of a tag that it has settled, so the run ends at the last tag that this batch acknowledges.
        var run = acks.TakeWhile(tag => tag < _lowest).Count();
        if (run > 0)
            frames.Add(new SettleFrame(acks[run - 1], Multiple: run > 1, Requeue: false));
        for (var i = run; i < acks.Count; i++)
            frames.Add(new SettleFrame(acks[i], Multiple: false, Requeue: false));
    }
}
