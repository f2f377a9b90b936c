namespace Aurora.Cli.Tutorial;

/// <summary>A step of the tutorial came out otherwise than it says.</summary>
/// <param name="message">Which step, and what was expected.</param>
internal sealed class UnexpectedOutcomeException(string message) : Exception(message);
