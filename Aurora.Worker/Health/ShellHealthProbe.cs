using System.Globalization;
using Aurora.Core.Errors;
using Aurora.Worker.Processes;

namespace Aurora.Worker.Health;

/// <summary>
/// Runs a command as the role; exit code 0 within the timeout is healthy (aurora-spec section 3.7). The timeout counts from the command's start: how long this worker takes to
/// start it is not the task's fault. Whatever the command leaves in its session is ended. A check whose end nobody saw, because its shim died, is made once more.
/// </summary>
/// <param name="launcher">Starts and ends the runs.</param>
/// <param name="exits">Where the ends of checks arrive.</param>
/// <param name="request">Makes the request of a run: key with <see cref="HealthExits.ProcessName"/>, output to <see cref="OutputTarget.Nowhere"/>.</param>
/// <param name="timeout">How long the command may take.</param>
/// <param name="time">Measures the timeout.</param>
/// <param name="firstRun">The first run's number; later ones count up. Runs of these numbers that an earlier agent left must be ended and forgotten.</param>
internal sealed class ShellHealthProbe(
    IProcessLauncher launcher, HealthExits exits, Func<int, LaunchRequest> request, TimeSpan timeout, TimeProvider time, int firstRun = 0) : IHealthProbe
{
    /// <summary>How long is waited for a launch, and for a killed command to be gone, in real time: with a shim that hangs, no check would ever end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>How long an end is waited for after the kill has found nothing left. It does not come at all where the launch was broken off before anything was started.</summary>
    private static readonly TimeSpan EndedWithin = TimeSpan.FromSeconds(2);

    private int _next = firstRun;

    /// <inheritdoc/>
    public async Task<HealthResult> CheckAsync(CancellationToken cancellationToken)
    {
        var first = await RunAsync(cancellationToken);
        return first ?? await RunAsync(cancellationToken) ?? HealthResult.Bad("the health check's command ended, but nobody saw how");
    }

    private async Task<HealthResult?> RunAsync(CancellationToken cancellationToken)
    {
        var order = request(_next++);
        var exit = exits.Expect(order.Key);
        var gone = false;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            var outcome = await launcher.LaunchAsync(order, patience.Token);
            if (outcome.Fault is { } fault)
            {
                gone = true;
                return HealthResult.Bad($"the health check's command: {fault.Code} {fault}");
            }

            var result = Judge(await exit.WaitAsync(timeout, time, cancellationToken));
            gone = result is not null;
            return result;
        }
        catch (TimeoutException)
        {
            return HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"the health check's command timed out after {timeout.TotalSeconds} s"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"the health check's command could not be started within {Patience.TotalSeconds} s"));
        }
        finally
        {
            await EndAsync(order.Key, gone, exit);
        }
    }

    private static HealthResult? Judge(ProcessExit exit) => exit switch
    {
        { ExitCode: 0 } => HealthResult.Good,
        { ExitCode: { } code } => HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"the health check's command failed with exit code {code}")),
        { Signal: { } signal } => HealthResult.Bad(string.Create(CultureInfo.InvariantCulture, $"the health check's command was ended by signal {signal}")),
        _ => null,
    };

    // Also when the check is broken off: with its own patience, since the token that broke it off is cancelled.
    private async Task EndAsync(ProcessRunKey key, bool ended, Task<ProcessExit> exit)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            if (ended)
            {
                await launcher.CleanUpAsync(key, patience.Token);
            }
            else
            {
                // The end is waited for, because a run that still counts as running cannot be forgotten.
                await launcher.KillAsync(key, patience.Token);
                await exit.WaitAsync(EndedWithin, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException or AuroraException)
        {
            // It sits in the kernel, or the shim hangs or cannot be started. When its end comes after all, HealthExits has it forgotten; otherwise it ends with its task.
        }
        finally
        {
            exits.Drop(key);
        }
    }
}
