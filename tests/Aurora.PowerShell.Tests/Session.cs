using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Aurora.TestSupport;
using Aurora.TestSupport.Brokers;
using Aurora.TestSupport.Programs;
using Xunit;

namespace Aurora.PowerShell.Tests;

/// <summary>A hosted PowerShell engine that has imported the built module, and a broker's stand-in named <c>stub</c> in its clusters.json.</summary>
internal sealed class Session : IDisposable
{
    /// <summary>The collection of all tests with a session: the module reads clusters.json by an environment variable of the process.</summary>
    internal const string OneAfterTheOther = "hosted engine";

    private readonly TemporaryFolder folder = new("module");
    private readonly Runspace runspace;

    internal Session(StubBroker? broker)
    {
        // The module looks here at each command; the tests of this assembly run one after the other.
        Environment.SetEnvironmentVariable("AURORA_CONFIG_ROOT", folder.Path);
        Environment.SetEnvironmentVariable("HOME", folder.Path);
        File.WriteAllText(folder["clusters.json"], broker is null ? "[]" : $$"""[{"name": "stub", "address": "{{broker.Address}}", "token": "stub-token"}]""");
        runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        Assert.Empty(Run($"Import-Module '{Manifest}'").Errors);
    }

    internal static string Manifest => Path.Combine(BuildOutput.Root, "out", "module", "Aurora", "Aurora.psd1");

    internal string FileWith(string name, string text)
    {
        File.WriteAllText(folder[name], text);
        return folder[name];
    }

    /// <summary>Runs a script; a terminating error is among the errors.</summary>
    internal (IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors) Run(string script)
    {
        using var shell = System.Management.Automation.PowerShell.Create(runspace);
        var errors = new List<ErrorRecord>();
        IReadOnlyList<PSObject> output = [];
        try
        {
            output = [.. shell.AddScript(script).Invoke()];
        }
        catch (RuntimeException e)
        {
            errors.Add(e.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return (output, errors);
    }

    /// <summary>A pipeline of this session, for what must be stopped from outside.</summary>
    internal System.Management.Automation.PowerShell Shell() => System.Management.Automation.PowerShell.Create(runspace);

    public void Dispose()
    {
        Run("Remove-Module Aurora");
        runspace.Dispose();
        folder.Dispose();
    }
}
