using System.Globalization;

namespace Aurora.Benchmarks.Placement;

/// <summary>What the placement benchmark is told.</summary>
internal sealed record PlacementBenchmarkOptions
{
    public const string Usage = """
        placement [--part all|budget|full|limits|beside|scale|preemption] [--workers N] [--tasks N] [--repeat N] [--folder PATH]
          The broker's loop and machine with simulated workers, every commit written to SQLite; what is sent to workers is counted and dropped.
          --part      budget: jobs of 100 tasks, a third with constraints. full: a cluster that is 99 % full. limits: limit constraints on every job.
                      beside: tasks that come and go, with and without 100,000 tasks that fit nowhere. scale: the cost of a placement among 1,000, 10,000 and
                      50,000 workers. preemption: one search for room, for 1,000 groups, in virtual time and without a store. Default: all.
          --workers   how many workers, 100 to 100,000; default 10,000.
          --tasks     how many pending tasks, 1,000 to 1,000,000, in jobs of 100; default 100,000.
          --repeat    how often each part is measured, 1 to 100; medians are the result; default 3.
          --folder    where the database is made; default: the system's temporary folder.
        """;

    public string Part { get; init; } = "all";

    public int Workers { get; init; } = 10_000;

    public int Tasks { get; init; } = 100_000;

    public int Repeat { get; init; } = 3;

    public string Folder { get; init; } = Path.GetTempPath();

    public bool Has(string part) => Part == "all" || Part == part;

    public static PlacementBenchmarkOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new PlacementBenchmarkOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.\n{Usage}");
            options = arguments[i] switch
            {
                "--part" when value is "all" or "budget" or "full" or "limits" or "beside" or "scale" or "preemption" => options with { Part = value },
                "--workers" => options with { Workers = Number(value, 100, 100_000) },
                "--tasks" => options with { Tasks = Number(value, 1_000, 1_000_000) },
                "--repeat" => options with { Repeat = Number(value, 1, 100) },
                "--folder" => Directory.Exists(value) ? options with { Folder = value } : throw new ArgumentException($"--folder '{value}' must be a folder that is there."),
                _ => throw new ArgumentException($"'{arguments[i]} {value}' is not understood.\n{Usage}"),
            };
        }

        return options;
    }

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"'{text}' must be a number from {least} to {most}.\n{Usage}");
}
