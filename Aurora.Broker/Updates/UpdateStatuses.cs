using Aurora.Broker.State;

namespace Aurora.Broker.Updates;

/// <summary>The sets of update statuses that rules speak of, and their wire names (aurora-spec section 6.6).</summary>
internal static class UpdateStatuses
{
    public static bool IsActive(this UpdateStatus status) => status <= UpdateStatus.RollBackAwaitingPulse;

    public static bool IsRolling(this UpdateStatus status) => status is UpdateStatus.RollingForward or UpdateStatus.RollingBack;

    public static string WireName(this UpdateStatus status) => status switch
    {
        UpdateStatus.RollingForward => "ROLLING_FORWARD",
        UpdateStatus.RollingBack => "ROLLING_BACK",
        UpdateStatus.RollForwardPaused => "ROLL_FORWARD_PAUSED",
        UpdateStatus.RollBackPaused => "ROLL_BACK_PAUSED",
        UpdateStatus.RollForwardAwaitingPulse => "ROLL_FORWARD_AWAITING_PULSE",
        UpdateStatus.RollBackAwaitingPulse => "ROLL_BACK_AWAITING_PULSE",
        UpdateStatus.RolledForward => "ROLLED_FORWARD",
        UpdateStatus.RolledBack => "ROLLED_BACK",
        UpdateStatus.Aborted => "ABORTED",
        UpdateStatus.Error => "ERROR",
        _ => "FAILED",
    };
}
