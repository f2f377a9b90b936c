using System.Collections.Concurrent;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Tests.Processes;

/// <summary>What the contract suite needs of a system: a launcher on a folder of its own, and a few programs.</summary>
internal interface ILauncherHarness : IAsyncDisposable
{
    IProcessLauncher Launcher { get; }

    /// <summary>Every end that was told since the last crash, in order; also those told twice.</summary>
    ConcurrentQueue<ProcessExit> Told { get; }

    /// <summary>How many processes make many: enough to meet races, few enough for the system to start in seconds.</summary>
    int Many => 1000;

    ProcessRunKey Key(string process = "main", int run = 0);

    LaunchRequest ExitingWith(ProcessRunKey key, int code);

    LaunchRequest ExitingAtOnce(ProcessRunKey key);

    LaunchRequest Waiting(ProcessRunKey key);

    /// <summary>Starts a child and a grandchild, writes a line to the file <c>ready</c>, and waits.</summary>
    LaunchRequest WaitingWithDescendants(ProcessRunKey key);

    /// <summary>Writes a line to the file <c>ready</c>, waits, and exits with the code when it is asked to end.</summary>
    LaunchRequest EndingItselfWhenTerminated(ProcessRunKey key, int code);

    Task<ProcessIdentity> StartAsync(LaunchRequest request);

    Task<ProcessExit> RunAsync(LaunchRequest request);

    Task<ProcessExit> ExitOf(ProcessRunKey key);

    /// <summary>Waits until a process has written a line to a file in its working directory.</summary>
    Task<string> FileAsync(string name);

    /// <summary>Leaves the launcher as a crash does, and makes another one on the same folder.</summary>
    Task<IReadOnlyList<RecoveredRun>> CrashAndRecoverAsync();

    /// <summary>The living processes that this harness has started, and what they have started.</summary>
    IReadOnlyList<int> Survivors();
}
