namespace Aurora.Client.Jobs;

/// <summary>How far somebody waits for a job (<c>--wait-until</c> of the original).</summary>
public enum JobMilestone
{
    /// <summary>The job is accepted; its instances wait for a worker at least.</summary>
    Pending,

    /// <summary>Every instance runs, or has run and ended.</summary>
    Running,

    /// <summary>Every instance has ended and is not tried again. A service reaches it only when it is killed.</summary>
    Finished,
}
