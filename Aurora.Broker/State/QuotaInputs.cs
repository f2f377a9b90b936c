using System.Globalization;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.Quotas;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;

namespace Aurora.Broker.State;

/// <summary>Holds commands against the quota of their role, and applies what changes a quota. An update that turns back is never held against it: what it had was counted all the time.</summary>
internal sealed class QuotaInputs(Turn turn)
{
    private BrokerState State => turn.State;

    /// <summary>Grants a role its quota.</summary>
    public Answer Set(SetQuota command)
    {
        var quota = Consumption.Of(command.Quota);
        var used = Used(command.Role);
        var decision = turn.Options.Rules.Quota(quota, default, used);
        if (!decision.IsWithin)
        {
            return Answer.Refused(command.CommandId, ErrorCodes.QuotaExceeded,
                $"the quota of role {command.Role} cannot be less than what its production tasks use: {decision.Words()}; they use {Show(used)}");
        }

        State.PutQuota(new QuotaRecord(command.Role, command.Quota));
        return Answer.Ok(command.CommandId, $"Quota of role {command.Role} set to {Show(quota)}.", new QuotaSet(Summary(command.Role)));
    }

    /// <summary>Says why a new job's tasks are too much; null when they are not.</summary>
    public Answer? RefuseCreate(Guid commandId, JobKey job, ConfigurationState configuration, int instances) =>
        configuration.ConsumptionKind == ConsumptionKind.ProductionShared ? Refuse(commandId, job, "", configuration.Consumption * instances) : null;

    /// <summary>Says why an update of a job would be too much; null when it is not.</summary>
    public Answer? RefuseUpdate(Guid commandId, JobKey job, IReadOnlyCollection<InstanceProgress> instances)
    {
        var charge = UpdateCharge.Of(instances, State.Configuration)[(int)ConsumptionKind.ProductionShared];
        var initial = UpdateCharge.Of(instances.Select(i => i with { TargetConfigurationId = null }), State.Configuration)[(int)ConsumptionKind.ProductionShared];
        return Refuse(commandId, job, "the update of ", charge - initial);
    }

    /// <summary>A role's quota with what is used of it.</summary>
    public QuotaSummary Summary(string role)
    {
        var used = State.Roles.GetValueOrDefault(role);
        return new QuotaSummary
        {
            Role = role,
            Quota = Quota(role),
            ProductionShared = Amount(ConsumptionKind.ProductionShared),
            ProductionDedicated = Amount(ConsumptionKind.ProductionDedicated),
            NonProductionShared = Amount(ConsumptionKind.NonProductionShared),
            NonProductionDedicated = Amount(ConsumptionKind.NonProductionDedicated),
        };

        QuotaAmount Amount(ConsumptionKind kind) => used is null ? QuotaAmount.Zero : used[kind].ToAmount();
    }

    private Answer? Refuse(Guid commandId, JobKey job, string what, Consumption added)
    {
        var (quota, used) = (Consumption.Of(Quota(job.Role)), Used(job.Role));
        var decision = turn.Options.Rules.Quota(quota, used, used + added);
        return decision.IsWithin ? null : Answer.Refused(commandId, ErrorCodes.QuotaExceeded,
            $"{what}job {job} would use more than the quota of role {job.Role}: {decision.Words()}; its production tasks use {Show(used)} of {Show(quota)}, and this needs {Show(added)} more");
    }

    private QuotaAmount Quota(string role) => State.Quotas.TryGetValue(role, out var record) ? record.Quota : turn.Options.DefaultQuota;

    private Consumption Used(string role) => State.Roles.TryGetValue(role, out var used) ? used[ConsumptionKind.ProductionShared] : default;

    private static string Show(Consumption amount) => string.Create(CultureInfo.InvariantCulture,
        $"{amount.MicroCores / 1_000_000.0:0.##} cores, {ResourceAmount.Format(amount.Ram)} RAM and {ResourceAmount.Format(amount.Disk)} disk");
}
