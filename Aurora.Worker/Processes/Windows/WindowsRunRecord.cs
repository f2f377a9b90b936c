using System.Text.Json.Serialization;

namespace Aurora.Worker.Processes.Windows;

/// <summary>How far a run has come, as its file says.</summary>
internal enum WindowsRunStage
{
    /// <summary>It is about to be started; there may be a process that has not run.</summary>
    Intended,

    /// <summary>Its process has been made; whether it has begun to run is not known.</summary>
    Created,

    /// <summary>It runs, or has ended unseen.</summary>
    Started,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>What is known of a run, as a value; the content of its file.</summary>
/// <param name="Task">The task.</param>
/// <param name="Process">The process's name.</param>
/// <param name="Run">The run's number.</param>
/// <param name="Stage">How far it has come.</param>
internal sealed record WindowsRunRecord(string Task, string Process, int Run, WindowsRunStage Stage)
{
    /// <summary>The boot that the process belongs to.</summary>
    public string BootId { get; init; } = "";

    /// <summary>The process's id; 0 before there is one.</summary>
    public int Pid { get; init; }

    /// <summary>When the process was made, a FILETIME: with the id, it is never used again.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How it ended; null when nobody saw it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>When it ended, or was found gone.</summary>
    public DateTimeOffset EndedAt { get; init; }

    /// <summary>What it used, when somebody saw its end.</summary>
    public RunUsage? Usage { get; init; }

    /// <summary>The key.</summary>
    [JsonIgnore]
    public ProcessRunKey Key => new(Task, Process, Run);

    /// <summary>The process.</summary>
    [JsonIgnore]
    public ProcessIdentity Identity => new(BootId, Pid, CreatedAt);

    /// <summary>Its end, when it has ended.</summary>
    [JsonIgnore]
    public ProcessExit? Exit => Stage == WindowsRunStage.Ended ? new ProcessExit(Key, ExitCode, null, EndedAt) { Usage = Usage } : null;
}

/// <summary>Reads and writes records without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WindowsRunRecord))]
internal sealed partial class WindowsRunJson : JsonSerializerContext;
