using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Aurora.Broker.FrontDoor;
using Aurora.Broker.Scheduling;
using Aurora.Broker.Sla;
using Aurora.Broker.State;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Messages;

namespace Aurora.Simulation.Brokers;

/// <summary>What the front door does with a command before the loop has it; remembered, since it depends on the command alone and commands come often.</summary>
internal sealed class CommandDesk
{
    private static readonly CommandChecks Checks = new(World.Cluster, new Regex("^(prod|devel|test)$"), new TierOptions(), new SlaOptions());

    private readonly Dictionary<Guid, Admission> _admissions = [];
    private readonly Dictionary<JobConfiguration, string> _fingerprints = new(ReferenceEqualityComparer.Instance);

    /// <summary>The command as the loop gets it; null when it is refused.</summary>
    public CommandInput? Admit(ICommand command, IRequest request, out IReadOnlyList<Fault> faults)
    {
        if (!_admissions.TryGetValue(command.CommandId, out var admission))
            _admissions.Add(command.CommandId, admission = Admit(command));
        faults = admission.Faults;
        return faults.Count > 0 ? null : new CommandInput(request, admission.Completed, admission.Digest, admission.Fingerprint, null);
    }

    private Admission Admit(ICommand command)
    {
        var faults = Checks.Check(command);
        if (faults.Count > 0)
            return new Admission(faults, command, "", null);
        var completed = Checks.Complete(command);
        var digest = Convert.ToHexStringLower(SHA256.HashData(MessageCatalog.Of(command.GetType()).Write(command)));
        return new Admission([], completed, digest, ((completed as CreateJob)?.Job ?? (completed as StartUpdate)?.Job) is { } job ? Fingerprint(job) : null);
    }

    private string Fingerprint(JobConfiguration job)
    {
        if (!_fingerprints.TryGetValue(job, out var fingerprint))
            _fingerprints.Add(job, fingerprint = TaskFingerprint.Of(job));
        return fingerprint;
    }

    private sealed record Admission(IReadOnlyList<Fault> Faults, ICommand Completed, string Digest, string? Fingerprint);
}
