using Aurora.Broker.State;
using Aurora.Core.Tasks;

namespace Aurora.Broker.Updates;

/// <summary>
/// Moves an update (aurora-spec sections 6.3 to 6.6): at most <c>batch_size</c> instances are under way, the next one begins as soon as one is done.
/// Everything it counts stands in the record, so a new leader goes on where the old one stopped. It is weak as Aurora's is: an instance that cannot be
/// placed holds the update up without a time limit.
/// </summary>
internal static class UpdateEngine
{
    /// <summary>Notes that a task of the job ended, before the update is evaluated again. Only an end by itself, of the configuration gone to, is a failure.</summary>
    /// <param name="update">The update.</param>
    /// <param name="ended">The ended task.</param>
    /// <param name="now">The time.</param>
    /// <returns>The update with the failure counted, or as it was.</returns>
    public static UpdateRecord Observe(UpdateRecord update, TaskRecord ended, DateTimeOffset now)
    {
        var index = IndexOf(update, ended.Instance);
        if (index < 0 || !update.Status.IsRolling() || !ended.State.IsTerminal() || WasEndedOnPurpose(ended))
            return update;

        var slot = update.Instances[index];
        var target = Target(update, slot);
        if (slot.State != InstanceState.Working || ended.ConfigurationId != target || slot.CountedTask == ended.Id)
            return update;

        slot = slot with { Failures = slot.Failures + 1, CountedTask = ended.Id };
        if (slot.Failures <= update.Settings.MaxPerShardFailures)
            return With(update, index, slot, now, null, null);

        var reason = $"instance {slot.Instance} failed {Times(slot.Failures)}; the last attempt ended {Name(ended.State)}{Last(ended)}";
        return With(update, index, slot with { State = InstanceState.Failed }, now,
            Forward(update) ? "INSTANCE_UPDATE_FAILED" : "INSTANCE_ROLLBACK_FAILED", reason) with { Message = reason };
    }

    /// <summary>Looks at the job's tasks and says what to do next. Call it again after the actions were done, until there are none.</summary>
    /// <param name="update">The update.</param>
    /// <param name="activeTask">The active task of an instance, or null.</param>
    /// <param name="now">The time.</param>
    /// <returns>The step.</returns>
    public static UpdateStep Evaluate(UpdateRecord update, Func<int, TaskRecord?> activeTask, DateTimeOffset now)
    {
        if (!update.Status.IsRolling())
            return new UpdateStep(update, [], null);

        if (update.Instances.Count(i => i.State == InstanceState.Failed) > update.Settings.MaxTotalFailures)
        {
            if (!Forward(update) || !update.Settings.RollbackOnFailure)
                return new UpdateStep(Move(update, UpdateStatus.Failed, update.Message, now), [], null);
            update = TurnBack(update, now);
        }

        var walk = new Walk(update, activeTask, now);
        walk.GoOn();
        walk.StartMore();
        return walk.Finish();
    }

    private static UpdateRecord TurnBack(UpdateRecord update, DateTimeOffset now)
    {
        // Instances that were never begun are as they were before: there is nothing to take back.
        var instances = update.Instances.Select(i => i with
        {
            State = i.State == InstanceState.Idle ? InstanceState.Succeeded : InstanceState.Idle, Failures = 0, CountedTask = null,
        });
        return Move(update with { Instances = [.. instances] }, UpdateStatus.RollingBack, update.Message, now);
    }

    /// <summary>Ends an active update where it stands; the instances stay as they are.</summary>
    /// <param name="update">The update; active.</param>
    /// <param name="reason">Who asked, and why.</param>
    /// <param name="now">The time.</param>
    /// <returns>The ended update.</returns>
    public static UpdateRecord Abort(UpdateRecord update, string reason, DateTimeOffset now) => Move(update, UpdateStatus.Aborted, reason, now);

    private static UpdateRecord Move(UpdateRecord update, UpdateStatus status, string? message, DateTimeOffset now) => update with
    {
        Status = status, Message = message, ModifiedAt = now, Events = update.Events.Add(new(now, status.WireName(), null, message)),
    };

    private static UpdateRecord With(UpdateRecord update, int index, InstanceProgress slot, DateTimeOffset now, string? step, string? message) => update with
    {
        Instances = update.Instances.SetItem(index, slot),
        ModifiedAt = now,
        Events = step is null ? update.Events : update.Events.Add(new(now, step, slot.Instance, message)),
    };

    private static bool Forward(UpdateRecord update) => update.Status == UpdateStatus.RollingForward;

    private static string? Target(UpdateRecord update, InstanceProgress slot) =>
        Forward(update) ? slot.TargetConfigurationId : slot.InitialConfigurationId;

    private static bool WasEndedOnPurpose(TaskRecord task) => task.Events.Any(e => e.State.IsBeingEnded());

    private static int IndexOf(UpdateRecord update, int instance)
    {
        for (var i = 0; i < update.Instances.Length; i++)
        {
            if (update.Instances[i].Instance == instance)
                return i;
        }

        return -1;
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Name(TaskState state) => state.ToString().ToUpperInvariant();

    private static string Last(TaskRecord task) => task.Events is [.., { Message: { Length: > 0 } message }] ? $" ({message})" : "";

    // One evaluation. It exists so that the update, the actions and the time to look again need not be threaded through every call.
    private sealed class Walk(UpdateRecord update, Func<int, TaskRecord?> activeTask, DateTimeOffset now)
    {
        private readonly List<UpdateAction> _actions = [];
        private readonly TimeSpan _watch = TimeSpan.FromSeconds(update.Settings.WatchSecs);
        private DateTimeOffset? _lookAgainAt;
        private int _working;

        public void GoOn()
        {
            foreach (var index in Order())
            {
                if (update.Instances[index].State != InstanceState.Working)
                    continue;
                _working++;
                Advance(index);
            }
        }

        public void StartMore()
        {
            foreach (var index in Order())
            {
                var slot = update.Instances[index];
                if (slot.State != InstanceState.Idle)
                    continue;
                if (IsThere(slot))
                {
                    update = With(update, index, slot with { State = InstanceState.Succeeded }, now, null, null);
                    continue;
                }

                if (_working >= (update.Settings.UpdateStrategy?.BatchSize ?? update.Settings.BatchSize))
                    return;
                _working++;
                update = With(update, index, slot with { State = InstanceState.Working }, now,
                    Forward(update) ? "INSTANCE_UPDATING" : "INSTANCE_ROLLING_BACK", null);
                Advance(index);
            }
        }

        public UpdateStep Finish()
        {
            if (_actions.Count == 0 && update.Instances.All(i => i.State is InstanceState.Succeeded or InstanceState.Failed))
                update = Move(update, Forward(update) ? UpdateStatus.RolledForward : UpdateStatus.RolledBack, update.Message, now);
            return new UpdateStep(update, _actions, update.Status.IsRolling() ? _lookAgainAt : null);
        }

        private IEnumerable<int> Order()
        {
            var range = Enumerable.Range(0, update.Instances.Length);
            return Forward(update) ? range : range.Reverse();
        }

        private void Advance(int index)
        {
            var slot = update.Instances[index];
            if (IsThere(slot))
            {
                _working--;
                update = With(update, index, slot with { State = InstanceState.Succeeded }, now,
                    Forward(update) ? "INSTANCE_UPDATED" : "INSTANCE_ROLLED_BACK", null);
                return;
            }

            var target = Target(update, slot);
            var active = activeTask(slot.Instance);
            if (active is null)
                _actions.Add(new AddInstance(slot.Instance, target!)); // Without a target and without a task it would be there already.
            else if (active.State != TaskState.Killing && active.ConfigurationId != target)
                _actions.Add(new EndInstance(slot.Instance, active.Id));
            else if (active.State == TaskState.Running && active.ConfigurationId == target)
                _lookAgainAt = Earlier(_lookAgainAt, active.ChangedAt + _watch);
        }

        private bool IsThere(InstanceProgress slot)
        {
            var active = activeTask(slot.Instance);
            return Target(update, slot) is { } target
                ? active is { State: TaskState.Running } && active.ConfigurationId == target && now - active.ChangedAt >= _watch
                : active is null;
        }

        private static DateTimeOffset Earlier(DateTimeOffset? a, DateTimeOffset b) => a is { } other && other < b ? other : b;
    }
}
