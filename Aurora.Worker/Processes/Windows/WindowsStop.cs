using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Aurora.Worker.Processes.Windows;

/// <summary>
/// Asks a run to end, in two ways at once. The event named in the run's variable <see cref="Variable"/> is set, for programs that wait for it: window programs, those that left
/// their console, and where the system delivers no CTRL_BREAK (Wine 8). And CTRL_BREAK is sent to the run's console, for all others. A run that heeds neither is killed when its
/// time is over.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class WindowsStop
{
    /// <summary>The environment variable that names the event.</summary>
    public const string Variable = "AURORA_STOP_EVENT";

    private const string Program = "aurora-worker.exe";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Makes the event of a run, not set.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The event.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Another user has one of that name.</exception>
    public static EventWaitHandle Create(string name) => new(false, EventResetMode.ManualReset, name);

    /// <summary>Opens the event of a run.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Null when nobody holds it any more.</returns>
    public static EventWaitHandle? Open(string name) => EventWaitHandle.TryOpenExisting(name, out var found) ? found : null;

    /// <summary>Sends CTRL_BREAK to everything on the console of a process.</summary>
    /// <param name="pid">The process; the caller holds a handle to it, so that the pid stays its own.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Null when it was sent; otherwise why not.</returns>
    public static async Task<string?> SendBreakAsync(int pid, CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, Program);
        try
        {
            using var helper = Process.Start(new ProcessStartInfo(program, [WindowsConsole.Argument, $"{pid}"]) { UseShellExecute = false, CreateNoWindow = true });
            if (helper is null)
            {
                return $"{program} was not started";
            }

            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Patience);
            try
            {
                await helper.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                helper.Kill();
                cancellationToken.ThrowIfCancellationRequested();
                return string.Create(CultureInfo.InvariantCulture, $"{program} did not end within {Patience.TotalSeconds} s");
            }

            return helper.ExitCode == 0 ? null : new Win32Exception(helper.ExitCode).Message;
        }
        catch (Win32Exception e)
        {
            return $"{program}: {e.Message}";
        }
    }
}
