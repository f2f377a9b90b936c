using System.Globalization;

namespace Aurora.Benchmarks.Launch;

/// <summary>What the launch benchmark is told.</summary>
internal sealed record LaunchOptions
{
    public const string Usage = """
        launch [--part all|speed|size] [--kind all|plain|bash] [--processes N] [--window N] [--repeat N] [--idle-seconds N] [--folder PATH]
          --part          speed: processes launched and reaped per second by the worker alone. size: memory and CPU of agent and shims with 100 and
                          1,000 running tasks, with a private RabbitMQ. Default: all.
          --kind          whose speed: plain: commands that need no shell. bash: those that do. Default: all.
          --processes     how many processes one measurement launches, 100 to 100,000; default 2,000.
          --window        how many tasks are with the worker at once, 1 to 500; default 16.
          --repeat        how often speed is measured, 1 to 100; the medians are the result; default 3.
          --idle-seconds  how long the CPU of idle tasks is watched, 1 to 600; default 30.
          --folder        where the worker's folder is made; default: the system's temporary folder. Worth naming: a file system without a journal
                          (ext4) searches long for free inodes for minutes after many files were deleted, as after a run of the tests.
        """;

    public bool Speed { get; init; } = true;

    public bool Size { get; init; } = true;

    public string Kind { get; init; } = "all";

    public int Processes { get; init; } = 2000;

    public int Window { get; init; } = 16;

    public string Folder { get; init; } = Path.GetTempPath();

    public int Repeat { get; init; } = 3;

    public int IdleSeconds { get; init; } = 30;

    public static LaunchOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LaunchOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.\n{Usage}");
            options = arguments[i] switch
            {
                "--part" when value is "all" or "speed" or "size" => options with { Speed = value != "size", Size = value != "speed" },
                "--kind" when value is "all" or "plain" or "bash" => options with { Kind = value },
                "--processes" => options with { Processes = Number(value, 100, 100_000) },
                "--window" => options with { Window = Number(value, 1, 500) },
                "--repeat" => options with { Repeat = Number(value, 1, 100) },
                "--idle-seconds" => options with { IdleSeconds = Number(value, 1, 600) },
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
