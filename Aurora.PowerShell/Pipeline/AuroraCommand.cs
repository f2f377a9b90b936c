using System.Management.Automation;
using Aurora.Client;
using Aurora.Client.Clusters;
using Aurora.Core.Errors;

namespace Aurora.PowerShell.Pipeline;

/// <summary>What every cmdlet of the module has: work that Ctrl-C ends, and one way in which errors are told.</summary>
public abstract class AuroraCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    /// <param name="disposing">True when it is asked for.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Runs the work for one item to its end. Its trouble is written as an error, or ends the cmdlet when no other item can fare better.</summary>
    /// <param name="target">The item, for the error.</param>
    /// <param name="work">The work; it continues on the pipeline's thread after each await.</param>
    private protected void Run(object? target, Func<CancellationToken, Task> work)
    {
        try
        {
            PipelinePump.Run(() => work(_stop.Token));
        }
        catch (AuroraException e) when (ErrorRecords.IsTerminating(e))
        {
            ThrowTerminatingError(ErrorRecords.From(e, target));
        }
        catch (AuroraException e)
        {
            WriteError(ErrorRecords.From(e, target));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>A client of a cluster.</summary>
    private protected static Task<AuroraClient> ConnectAsync(string cluster, CancellationToken stop) =>
        Connections.OpenAsync(ClusterRegistry.Default().Find(cluster), stop);

    /// <summary>Runs a wait with a time limit, and says what was waited for when it is over.</summary>
    private protected static async Task<T> WithinAsync<T>(int? seconds, string what, Func<CancellationToken, Task<T>> wait, CancellationToken stop)
    {
        if (seconds is not { } limit)
        {
            return await wait(stop);
        }

        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timer.CancelAfter(TimeSpan.FromSeconds(limit));
        try
        {
            return await wait(timer.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new AuroraException(ErrorCodes.Timeout, $"Not within {limit} s: {what}. It goes on; nothing was undone.");
        }
    }
}
