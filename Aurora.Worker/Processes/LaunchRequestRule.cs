using Aurora.Core.Errors;
using Aurora.Shim.Native;
using Aurora.Worker.Isolation;

namespace Aurora.Worker.Processes;

/// <summary>What a launch request must be like before it is sent anywhere.</summary>
internal static class LaunchRequestRule
{
    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Its first fault (AUR4003), or null.</returns>
    public static Fault? Check(LaunchRequest request)
    {
        if (request.Arguments.Count == 0 || !Path.IsPathFullyQualified(request.Arguments[0]))
        {
            return Fault("arguments[0]", request.Arguments.Count == 0 ? "" : request.Arguments[0], "must be the absolute path of a program");
        }

        if (request.Arguments.Any(HasZero) || request.Environment.Any(e => HasZero(e.Key) || HasZero(e.Value)))
        {
            return Fault("arguments and environment", "", "must not hold zero characters");
        }

        if (request.Environment.Keys.FirstOrDefault(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) is { } wrong)
        {
            return Fault("environment", wrong, "must be a name without '='");
        }

        foreach (var (field, path) in Paths(request))
        {
            if (!Path.IsPathFullyQualified(path) || HasZero(path))
            {
                return Fault(field, path, "must be an absolute path");
            }
        }

        foreach (var (field, target) in new[] { ("stdout", request.StandardOutput), ("stderr", request.StandardError) })
        {
            if (target.RotateAt is { } size && (size <= 0 || target.Backups <= 0))
            {
                return Fault($"{field}.rotateAt, backups", $"{size}, {target.Backups}", "must both be greater than 0 for rotation");
            }
        }

        var most = request.Group?.Way == GroupEntryWay.Child ? 1 : DescriptorPassing.Most;
        return request.Group is { } group && (group.Files.Count < 1 || group.Files.Count > most)
            ? Fault("group.files", $"{group.Files.Count}", $"must be 1 to {most} files")
            : null;
    }

    private static IEnumerable<(string Field, string Path)> Paths(LaunchRequest request) =>
        new (string Field, string? Path)[]
        {
            ("workingDirectory", request.WorkingDirectory),
            ("stdout", request.StandardOutput.File),
            ("stdout", request.StandardOutput.Copy),
            ("stderr", request.StandardError.File),
            ("stderr", request.StandardError.Copy),
        }.Where(p => p.Path is not null).Select(p => (p.Field, p.Path ?? ""));

    private static bool HasZero(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static Fault Fault(string field, string value, string rule) => new(ErrorCodes.LaunchFailed, field, value, rule);
}
