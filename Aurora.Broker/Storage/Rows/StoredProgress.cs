using Aurora.Broker.State;
using Aurora.Core.Jobs;

namespace Aurora.Broker.Storage.Rows;

/// <summary>An instance's progress as the <c>instances</c> column holds it: <see cref="InstanceProgress"/> with its task id as text.</summary>
internal sealed record StoredProgress(
    int Instance, string? InitialConfigurationId, string? TargetConfigurationId, InstanceState State, int Failures, string? CountedTask)
{
    public static StoredProgress Of(InstanceProgress progress) => new(
        progress.Instance, progress.InitialConfigurationId, progress.TargetConfigurationId, progress.State, progress.Failures, progress.CountedTask?.Value);

    public InstanceProgress ToRecord(Shared shared) => new(
        Instance, InitialConfigurationId is null ? null : shared.Text(InitialConfigurationId),
        TargetConfigurationId is null ? null : shared.Text(TargetConfigurationId), State, Failures,
        CountedTask is null ? null : new TaskId(CountedTask));
}
