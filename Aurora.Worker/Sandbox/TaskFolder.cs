using System.Security.Cryptography;
using System.Text;
using Aurora.Core.Jobs;
using Aurora.Core.Tasks;

namespace Aurora.Worker.Sandbox;

/// <summary>Where things of one task are: <c>task.json</c>, <c>checkpoint.jsonl</c>, <c>sandbox/</c>, <c>logs/PROCESS/RUN/{stdout,stderr}</c>.</summary>
/// <param name="Path">The task's folder, an absolute path.</param>
internal sealed record TaskFolder(string Path)
{
    private const int LongestName = 200;

    /// <summary>What is to be run.</summary>
    public string Definition => System.IO.Path.Combine(Path, "task.json");

    /// <summary>What became of it.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint.jsonl");

    /// <summary>There once the broker has stored the task's end; its time is the beginning of the retention, its first word the state that the task ended in.</summary>
    public string RecordedMark => System.IO.Path.Combine(Path, "recorded");

    /// <summary>The processes' working directory and home.</summary>
    public string Sandbox => System.IO.Path.Combine(Path, "sandbox");

    /// <summary>The processes' output.</summary>
    public string Logs => System.IO.Path.Combine(Path, "logs");

    /// <summary>The output of processes whose logger's destination is the console: <c>stdout</c> and <c>stderr</c> of the whole task.</summary>
    public string Console => System.IO.Path.Combine(Path, "console");

    /// <summary>
    /// The folder's name: the task's id, shortened by a hash when a file name could not hold it (an id has up to 1,000 characters, a file name up to 255).
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>The name.</returns>
    public static string NameOf(TaskId task) => task.Value.Length <= LongestName
        ? task.Value
        : $"{task.Value[..100]}+{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task.Value)))}";

    /// <summary>The task that a folder's name stands for, when the name tells it; a shortened one does not.</summary>
    /// <returns>The task, or null.</returns>
    public TaskId? TaskOfName()
    {
        var name = System.IO.Path.GetFileName(Path);
        return TaskId.IsValid(name) ? new TaskId(name) : null;
    }

    /// <summary>
    /// Whether a process's name can be the name of a folder. Submission has checked its rule already; it is checked again here, where a slip would let a job write outside.
    /// </summary>
    /// <param name="process">The name.</param>
    /// <returns>True when it can.</returns>
    public static bool IsSafeName(string process) =>
        process.Length > 0 && process[0] != '.' && Encoding.UTF8.GetByteCount(process) <= 255 && !process.AsSpan().ContainsAny('/', '\\', '\0');

    /// <summary>Notes that the broker has stored the task's end. Whole or not at all: a torn mark would have a failed task removed early.</summary>
    /// <param name="state">The state that it ended in.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    public void MarkRecorded(TaskState state)
    {
        var temporary = RecordedMark + ".tmp";
        File.WriteAllText(temporary, state.ToString().ToUpperInvariant());
        File.Move(temporary, RecordedMark, overwrite: true);
    }

    /// <summary>Reads the mark.</summary>
    /// <returns>Since when it is there and the state that it names, empty when it names none; null when there is no mark, so that the task may be a live one.</returns>
    /// <exception cref="IOException">It is there and cannot be read.</exception>
    public (DateTimeOffset Since, string State)? ReadMark()
    {
        try
        {
            var text = File.ReadAllText(RecordedMark);
            return (new DateTimeOffset(File.GetLastWriteTimeUtc(RecordedMark), TimeSpan.Zero), text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(""));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The folder of one run's output.</summary>
    /// <param name="process">The process's name, a safe one.</param>
    /// <param name="run">The run.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException">The name is not safe.</exception>
    public string RunLogs(string process, int run) => IsSafeName(process)
        ? System.IO.Path.Combine(Logs, process, run.ToString(System.Globalization.CultureInfo.InvariantCulture))
        : throw new ArgumentException($"The process name '{process}' cannot be the name of a folder.", nameof(process));
}
