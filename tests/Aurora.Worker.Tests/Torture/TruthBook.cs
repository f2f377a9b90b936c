using System.Globalization;

namespace Aurora.Worker.Tests.Torture;

/// <summary>
/// What the processes themselves say of their runs, in one file that all of them append short lines to: <c>start RUN PID</c> and <c>end RUN CODE</c>. It is the truth
/// that the worker's reports are held against.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed class TruthBook
{
    private readonly string _folder;

    public TruthBook(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Book, "");
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(Book, (UnixFileMode)0b110_110_110);
    }

    private string Book => Path.Combine(_folder, "book");

    private string StopFile => Path.Combine(_folder, "stop");

    /// <summary>A command line that says that it starts, does something, and says with which code it ends.</summary>
    public string Line(string work, int code) =>
        $"echo \"start $AURORA_RUN $$\" >> {Book}; {work} echo \"end $AURORA_RUN {code}\" >> {Book}; exit {code}";

    /// <summary>A command line that runs until <see cref="Stop"/>, and ends with the code when it is asked to.</summary>
    public string Waiting(int codeWhenTerminated) =>
        $"trap 'echo \"end $AURORA_RUN {codeWhenTerminated}\" >> {Book}; exit {codeWhenTerminated}' TERM; " + Line($"while [ ! -e {StopFile} ]; do sleep 0.2; done;", 0);

    public void Stop() => File.WriteAllText(StopFile, "");

    public IReadOnlyList<(string Run, int Pid)> Starts() => [.. Words("start").Select(w => (w[1], Number(w[2])))];

    public IReadOnlyDictionary<string, int> Ends() => Words("end").ToDictionary(w => w[1], w => Number(w[2]));

    private IEnumerable<string[]> Words(string kind) => File.ReadAllLines(Book).Select(line => line.Split(' ')).Where(words => words[0] == kind);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
