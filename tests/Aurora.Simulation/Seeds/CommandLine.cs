using System.Globalization;
using Aurora.Simulation.Coverage;
using Aurora.Simulation.Faults;

namespace Aurora.Simulation.Seeds;

/// <summary>
/// The program: <c>--seed N [--trace] [--without KIND,…]</c> runs one seed; <c>--seeds COUNT [--base N]</c> runs many and prints what failed, what it took and which
/// cells of the state tables were met. Ends with 1 when something failed.
/// </summary>
internal static class CommandLine
{
    public static bool IsMeant(string[] arguments) => arguments is ["--seed" or "--seeds", ..];

    public static int Run(string[] arguments)
    {
        var number = ulong.Parse(arguments[1], CultureInfo.InvariantCulture);
        var options = RunOptions.Standard with
        {
            Trace = arguments.Contains("--trace") ? Console.Out : null,
            Allowed = Value("--without") is { } without ? FaultKinds.All & ~Enum.Parse<FaultKinds>(without) : FaultKinds.All,
        };
        return arguments[0] == "--seed" ? One(number, options, arguments.Contains("--shrink")) : Many(Value("--base"), (int)number, options);

        string? Value(string name) => Array.IndexOf(arguments, name) is >= 0 and var at && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private static int One(ulong seed, RunOptions options, bool shrink)
    {
        if (shrink)
            options = Shrinking.Of(seed, options);
        var result = SeedResult.Of(seed, options);
        Console.WriteLine(result.Scenario);
        Console.WriteLine(result.Failure?.ToString() ?? $"seed {seed} holds: {result.Elapsed.TotalSeconds:0} s, {result.Events} events");
        return result.Failure is null ? 0 : 1;
    }

    private static int Many(string? first, int count, RunOptions options)
    {
        var range = new SeedRange(first is null ? 1 : ulong.Parse(first, CultureInfo.InvariantCulture), count);
        var printed = 0;
        range.Run(options, stopAfter: 100, r =>
        {
            for (; printed < r.Failures.Count; printed++)
                Console.WriteLine(r.Failures[printed]);
            if (r.Done % 1000 == 0)
                Console.WriteLine($"{r.Done} seeds, {r.Failures.Count} failed");
        });
        CoverageReport.Write(range.Coverage, Console.Out);
        Console.WriteLine(range.Summary);
        foreach (var group in range.Failures.GroupBy(f => f.Rule).OrderByDescending(g => g.Count()))
            Console.WriteLine($"  {group.Count()} × {group.Key}: {string.Join(", ", group.Take(8).Select(f => f.Seed))}");
        return range.Failures.Count == 0 ? 0 : 1;
    }
}
