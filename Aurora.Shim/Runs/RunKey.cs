using System.Text;

namespace Aurora.Shim.Runs;

/// <summary>Names one run of one process of one task.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Process">The process's name.</param>
/// <param name="Run">The run, from 0.</param>
internal sealed record RunKey(string Task, string Process, int Run)
{
    /// <summary>The environment variable by which a process, and what it starts, is known to belong to its run.</summary>
    public const string MarkerVariable = "AURORA_RUN";

    /// <summary>The marker's value.</summary>
    public string Marker => $"{Task}/{Process}/{Run}";

    /// <summary>The whole environment entry, in UTF-8.</summary>
    /// <returns>The bytes, without a terminator.</returns>
    public byte[] MarkerEntry() => Encoding.UTF8.GetBytes($"{MarkerVariable}={Marker}");

    /// <summary>The key for people.</summary>
    /// <returns>The marker's value.</returns>
    public override string ToString() => Marker;
}
