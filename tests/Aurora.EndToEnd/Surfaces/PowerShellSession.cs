using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Aurora.TestSupport.Programs;

namespace Aurora.EndToEnd.Surfaces;

/// <summary>A hosted PowerShell engine that has imported the built module, as a user's session has.</summary>
internal sealed class PowerShellSession : IDisposable
{
    private readonly Runspace runspace;

    public PowerShellSession()
    {
        var state = InitialSessionState.CreateDefault2();
        runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        Invoke($"Import-Module '{Path.Combine(BuildOutput.Root, "out", "module", "Aurora", "Aurora.psd1")}'").MustSucceed();
    }

    /// <summary>Runs a script to its end. Terminating errors are among the errors.</summary>
    public PowerShellResult Invoke(string script, params (string Name, object? Value)[] variables)
    {
        using var shell = PowerShell.Create(runspace);
        foreach (var (name, value) in variables)
        {
            runspace.SessionStateProxy.SetVariable(name, value);
        }

        var errors = new List<ErrorRecord>();
        Collection<PSObject> output = [];
        try
        {
            output = shell.AddScript(script).Invoke();
        }
        catch (RuntimeException e)
        {
            errors.Add(e.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return new PowerShellResult(output, errors);
    }

    public void Dispose() => runspace.Dispose();
}

/// <summary>What a script came to.</summary>
internal sealed record PowerShellResult(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors)
{
    /// <summary>Fails the test with the errors, if there were any.</summary>
    public PowerShellResult MustSucceed()
    {
        Assert.True(Errors.Count == 0, string.Join('\n', Errors.Select(e => $"{e.FullyQualifiedErrorId}: {e}")));
        return this;
    }
}
