using System.Globalization;

namespace Aurora.Benchmarks.Dispatch;

/// <summary>What the dispatch benchmark is told.</summary>
internal sealed record DispatchOptions
{
    public const string Usage = """
        dispatch [--bus inprocess|rabbitmq] [--store sqlite] [--tasks N] [--probes N] [--command LINE]
          --bus       inprocess: one `aurora dev`, reached over HTTP (default). rabbitmq: one aurora-broker, one aurora-worker and a private RabbitMQ.
          --store     sqlite, the only one that can run here.
          --tasks     how many tasks, 100 to 100,000; default 4,000.
          --probes    how many single tasks for submit → started on the idle cluster, 10 to 10,000; default 200.
          --command   the command line; default /bin/true.
        """;

    public bool RabbitMq { get; init; }

    public int Tasks { get; init; } = 4000;

    public int Probes { get; init; } = 200;

    public string Command { get; init; } = "/bin/true";

    /// <summary>The same command as the bare loop runs it: a plain command directly, anything else through bash.</summary>
    public IReadOnlyList<string> Arguments =>
        Command.StartsWith('/') && Command.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or ' ')
            ? Command.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : ["/bin/bash", "-c", Command];

    public static DispatchOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new DispatchOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : throw new ArgumentException($"{arguments[i]} needs a value.\n{Usage}");
            options = arguments[i] switch
            {
                "--bus" when value is "inprocess" or "rabbitmq" => options with { RabbitMq = value == "rabbitmq" },
                "--store" when value == "sqlite" => options,
                "--tasks" => options with { Tasks = Number(value, 100, 100_000) },
                "--probes" => options with { Probes = Number(value, 10, 10_000) },
                "--command" => options with { Command = value },
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
