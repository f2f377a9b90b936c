using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Core.Configuration.Validation;

/// <summary>The rules of announcers (aurora-spec section 2.5): a port is a number, or leads to one without a cycle.</summary>
internal static class AnnounceRules
{
    public static IEnumerable<Fault> Check(JobConfiguration job)
    {
        var announce = job.Announce;
        foreach (var (port, target) in announce?.Portmap ?? new Dictionary<string, string>())
        {
            var field = $"announce.portmap[{port}]";
            if (int.TryParse(target, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                if (number is < 1 or > 65535)
                {
                    yield return new Fault(ErrorCodes.OutOfRange, field, target, "must be a port number from 1 to 65535, or a port's name");
                }
                else if (!job.Constraints.ContainsKey(PlacementConstraint.Dedicated))
                {
                    yield return new Fault(ErrorCodes.InvalidCombination, field, target,
                        "is a static port, which needs a 'dedicated' constraint on the job");
                }
            }
            else if (target.Length == 0)
            {
                yield return new Fault(ErrorCodes.OutOfRange, field, "", "must be a port number or a port's name");
            }
            else if (AliasCycle(announce!.Portmap, port) is { } cycle)
            {
                yield return new Fault(ErrorCodes.InvalidCombination, field, target, $"is an alias in a cycle: {string.Join(" -> ", cycle)}");
            }
        }
    }

    private static List<string>? AliasCycle(IReadOnlyDictionary<string, string> portmap, string port)
    {
        var seen = new List<string> { port };
        for (var at = port; portmap.TryGetValue(at, out var target); at = target)
        {
            if (target == port)
            {
                return [.. seen, target];
            }

            if (seen.Contains(target))
            {
                return null; // A cycle further on; it is reported for the ports in it.
            }

            seen.Add(target);
        }

        return null;
    }
}
