using Aurora.Core.Errors;

namespace Aurora.Worker.Processes.Windows;

/// <summary>What a launch request must be like on Windows, beyond <see cref="LaunchRequestRule"/>.</summary>
internal static class WindowsRequestRule
{
    /// <summary>Checks a request.</summary>
    /// <param name="request">The request, with at least one argument.</param>
    /// <returns>Its first fault (AUR4003), or null.</returns>
    public static Fault? Check(LaunchRequest request)
    {
        if (request.StandardOutput.IsPumped || request.StandardError.IsPumped)
        {
            return Fault("logger", request.Key.Process, "must write plain files: a worker on Windows neither rotates logs nor copies them (mode 'rotate', destinations 'both' and 'console')");
        }

        if (request.Arguments[0].Contains('"', StringComparison.Ordinal))
        {
            return Fault("arguments[0]", request.Arguments[0], "must not hold quotes");
        }

        var length = WindowsCommandLine.Join(request.Arguments).Length;
        return length >= WindowsCommandLine.MaxLength
            ? Fault("arguments", $"{length} characters", $"must be fewer than {WindowsCommandLine.MaxLength} characters as one command line, the most that Windows takes")
            : null;
    }

    private static Fault Fault(string field, string value, string rule) => new(ErrorCodes.LaunchFailed, field, value, rule);
}
