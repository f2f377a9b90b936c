using Aurora.Broker.Scheduling;
using Aurora.Core.Jobs;

namespace Aurora.Broker.State;

/// <summary>The PENDING tasks of one job with one configuration, first come first. Tasks that left PENDING otherwise are passed over when their turn comes.</summary>
internal sealed class PendingGroup(JobState job, ConfigurationState configuration, long number)
{
    // A group that lies under others of a higher priority may be woken at every turn for hours.
    private const int MostLists = 64;
    private readonly List<IReadOnlyList<int>> _slots = [];

    public JobState JobState { get; } = job;

    public JobKey Job => JobState.Key;

    public ConfigurationState Configuration { get; } = configuration;

    public string ConfigurationId => Configuration.Record.Id;

    /// <summary>Counts the groups of this leader; settles the order of groups that are otherwise alike.</summary>
    public long Number { get; } = number;

    /// <summary>May hold ids of tasks that are not PENDING any more.</summary>
    internal Queue<TaskId> Waiting { get; } = new();

    /// <summary>How many tasks are PENDING.</summary>
    public int Count { get; internal set; }

    /// <summary>The workers that are kept for it, by slot.</summary>
    internal SortedSet<int> Kept { get; } = [];

    /// <summary>Whether it waits to be looked at; else it found no place, and waits for something to change.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>Whether it must see all workers when it is looked at.</summary>
    internal bool MustSeeAll { get; set; } = true;

    /// <summary>Whether more room on some worker could help it, as of the last look.</summary>
    internal bool RoomMayHelp { get; set; }

    /// <summary>How many workers refused it at its last look at all of them; null before that.</summary>
    internal VetoCounts? Vetoes { get; set; }

    /// <summary>Why it waits, with when that was found out, so that it is not found out again for every task of a page.</summary>
    internal (string Text, long Version)? Reason { get; set; }

    /// <summary>More workers that it must see; all of them when it was told so too often.</summary>
    internal void MustSee(IReadOnlyList<int> slots)
    {
        if (MustSeeAll)
            return;
        _slots.Add(slots);
        if (_slots.Count <= MostLists)
            return;
        MustSeeAll = true;
        _slots.Clear();
    }

    /// <summary>The workers that it must see, by slot, each once; null for all.</summary>
    internal IReadOnlyList<int>? TakeSlots()
    {
        var slots = MustSeeAll ? null : _slots.Count == 1 ? _slots[0] : [.. _slots.SelectMany(s => s).Distinct().Order()];
        _slots.Clear();
        MustSeeAll = false;
        return slots;
    }
}
