using System.Collections.Concurrent;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using Aurora.Messaging;

namespace Aurora.Broker.FrontDoor;

/// <summary>
/// Asks up to three live workers whether they can run a job's role, so that a role that does not exist is refused when the job is submitted. When nobody answers,
/// the job is let in: a worker that cannot become the role refuses the task itself. Answers are kept for a minute; one worker that can is enough.
/// </summary>
internal sealed class RolePreflight(IMessageBus bus, TimeProvider time)
{
    private const int Ask = 3;
    private const int CacheLimit = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(WorkerId Worker, string Role), (Fault? Fault, DateTimeOffset Until)> _answers = new();

    /// <summary>Checks a role from what is known, without asking.</summary>
    /// <param name="role">The role.</param>
    /// <param name="workers">The live workers.</param>
    /// <param name="refusal">Why the role cannot be run; null when it can, or nobody can say.</param>
    /// <returns>True when nobody need be asked.</returns>
    public bool TryCheck(string role, IReadOnlyList<WorkerId> workers, out Fault? refusal)
    {
        refusal = null;
        var asked = workers.Take(Ask).ToList();
        var known = asked.Where(w => Cached(w, role, out _)).ToList();
        if (known.Any(w => Cached(w, role, out var fault) && fault is null))
            return true;
        if (known.Count < asked.Count)
            return false;
        foreach (var worker in known)
            Cached(worker, role, out refusal);
        return true;
    }

    /// <summary>Checks a role, asking those workers whose answer is not known.</summary>
    /// <param name="role">The role.</param>
    /// <param name="workers">The live workers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why the role cannot be run; null when it can, or nobody can say.</returns>
    public async Task<Fault?> CheckAsync(string role, IReadOnlyList<WorkerId> workers, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(workers.Take(Ask).Select(w => AskAsync(w, role, cancellationToken)));
        return answers.Any(a => a is { Fault: null }) ? null : answers.FirstOrDefault(a => a is not null)?.Fault;
    }

    private async Task<RoleChecked?> AskAsync(WorkerId worker, string role, CancellationToken cancellationToken)
    {
        if (Cached(worker, role, out var known))
            return new RoleChecked(role, known);

        var contract = MessageCatalog.Of(typeof(CheckRole));
        var request = new BusMessage(contract.Name, contract.Version, Guid.NewGuid(), contract.Write(new CheckRole(role)));
        try
        {
            var reply = await bus.RequestAsync(QueueNames.Worker(worker), request, Patience, cancellationToken);
            if (MessageCatalog.Read(reply.Name, reply.Version, reply.Body.Span).Message is not RoleChecked answer)
                return null;
            if (_answers.Count >= CacheLimit)
                _answers.Clear();
            _answers[(worker, role)] = (answer.Fault, time.GetUtcNow() + KeepFor);
            return answer;
        }
        catch (Exception e) when (e is TimeoutException or BusException)
        {
            return null; // No answer says nothing about the role.
        }
    }

    private bool Cached(WorkerId worker, string role, out Fault? fault)
    {
        var found = _answers.TryGetValue((worker, role), out var known) && known.Until > time.GetUtcNow();
        fault = found ? known.Fault : null;
        return found;
    }
}
