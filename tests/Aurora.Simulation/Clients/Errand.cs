using Aurora.Core.Messages;

namespace Aurora.Simulation.Clients;

/// <summary>A command that a client wants done, and what it was answered.</summary>
internal sealed class Errand(ICommand command, DateTimeOffset since)
{
    public ICommand Command { get; } = command;

    public DateTimeOffset Since { get; } = since;

    /// <summary>The first answer that is one; "try again" is none.</summary>
    public Reply? Answer { get; set; }

    public DateTimeOffset AnsweredAt { get; set; }

    public int Sendings { get; set; }
}
