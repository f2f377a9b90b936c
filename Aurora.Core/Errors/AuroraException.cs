namespace Aurora.Core.Errors;

/// <summary>
/// A refusal or failure that a person or script must hear of, with its stable code. Expected outcomes inside the deciders are values;
/// this is how they leave the client, once, at the surface.
/// </summary>
public sealed class AuroraException : Exception
{
    /// <summary>Makes one from faults found in input.</summary>
    /// <param name="faults">At least one fault.</param>
    public AuroraException(params IReadOnlyList<Fault> faults)
        : base(string.Join(Environment.NewLine, faults.Select(f => f.ToString())))
    {
        Code = faults[0].Code;
        Faults = faults;
    }

    /// <summary>Makes one from a code and a message.</summary>
    /// <param name="code">One of <see cref="ErrorCodes"/>.</param>
    /// <param name="message">What was attempted, on what, which rule, what to do.</param>
    /// <param name="inner">What caused it, if anything did.</param>
    public AuroraException(string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Faults = [];
    }

    /// <summary>The stable code; with several faults, the first one's.</summary>
    public string Code { get; }

    /// <summary>All faults of the input, in the order of the input; empty when the failure is not about input.</summary>
    public IReadOnlyList<Fault> Faults { get; }
}
