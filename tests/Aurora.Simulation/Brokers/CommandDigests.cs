using System.Security.Cryptography;
using Aurora.Core.Configuration;
using Aurora.Core.Messages;

namespace Aurora.Simulation.Brokers;

/// <summary>Digests of commands and fingerprints of jobs, made once each, as the front door makes them.</summary>
internal sealed class CommandDigests
{
    private readonly Dictionary<Guid, string> _digests = [];
    private readonly Dictionary<JobConfiguration, string> _fingerprints = new(ReferenceEqualityComparer.Instance);

    public string Of(ICommand command)
    {
        if (!_digests.TryGetValue(command.CommandId, out var digest))
            _digests.Add(command.CommandId, digest = Convert.ToHexStringLower(SHA256.HashData(MessageCatalog.Of(command.GetType()).Write(command))));
        return digest;
    }

    public string? FingerprintOf(ICommand command) => ((command as CreateJob)?.Job ?? (command as StartUpdate)?.Job) is { } job ? FingerprintOf(job) : null;

    private string FingerprintOf(JobConfiguration job)
    {
        if (!_fingerprints.TryGetValue(job, out var fingerprint))
            _fingerprints.Add(job, fingerprint = TaskFingerprint.Of(job));
        return fingerprint;
    }
}
