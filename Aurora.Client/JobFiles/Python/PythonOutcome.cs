namespace Aurora.Client.JobFiles.Python;

/// <summary>How a run of python came to its end.</summary>
internal enum PythonEnd
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>Ended by us: it ran over its time.</summary>
    TimedOut,

    /// <summary>Ended by us: it wrote more than it may.</summary>
    TooMuchOutput,
}

/// <summary>What a run of python left.</summary>
/// <param name="End">How it ended.</param>
/// <param name="ExitCode">Its exit code, when it ended by itself.</param>
/// <param name="Answer">What our module answered; empty when it did not get that far.</param>
/// <param name="Printed">The first part of what the file printed.</param>
internal sealed record PythonOutcome(PythonEnd End, int ExitCode, byte[] Answer, string Printed);
