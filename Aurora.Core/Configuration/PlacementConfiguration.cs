namespace Aurora.Core.Configuration;

/// <summary>
/// Which of the workers that fit a job would rather have. Ours, not Aurora's, whose order of offers is the scheduler's alone (<c>-offer_order</c>). It is a wish, never
/// a reason to wait: what must hold is a constraint.
/// </summary>
public sealed record PlacementConfiguration
{
    /// <summary>
    /// <c>spread</c>: where the fewest tasks of the job are; <c>pack</c>: where the least room is left, so that others stay free for large tasks. Null (the default) takes the
    /// broker's, which is to spread unless its operator says otherwise.
    /// </summary>
    public string? Strategy { get; set; }

    /// <summary>
    /// The attribute of workers to spread over, or to pack into one value of, before the worker itself counts, for example <c>rack</c>; an identifier. Workers that say the
    /// same for it count together, and so do those without it. Null (the default) counts workers alone.
    /// </summary>
    public string? By { get; set; }
}
