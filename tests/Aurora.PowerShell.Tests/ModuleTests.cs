using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.Loader;
using System.Xml.Linq;
using Aurora.Core.Messages;
using Aurora.TestSupport.Programs;
using Xunit;

namespace Aurora.PowerShell.Tests;

[Collection(Session.OneAfterTheOther)]
public sealed class ModuleTests
{
    private static readonly string[] Cmdlets =
    [
        "Get-AuroraJob", "Get-AuroraQuota", "Get-AuroraTask", "Get-AuroraTaskFile", "Get-AuroraTaskLog", "Get-AuroraWorker", "New-AuroraJob", "Resume-AuroraWorker", "Set-AuroraQuota",
        "Stop-AuroraJob", "Suspend-AuroraWorker", "Update-AuroraJob", "Wait-AuroraJob",
    ];

    [Fact]
    public void TheModule_ExportsItsCmdlets_EachWithAnOutputTypeAndAKeyOrCluster()
    {
        using var session = new Session(null);
        var (commands, errors) = session.Run("Get-Command -Module Aurora -CommandType Cmdlet");
        Assert.Empty(errors);
        Assert.Equal(Cmdlets, commands.Select(c => ((CmdletInfo)c.BaseObject).Name).Order(StringComparer.Ordinal));
        foreach (var command in commands.Select(c => (CmdletInfo)c.BaseObject))
        {
            Assert.NotEmpty(command.OutputType);
            var key = command.Parameters[command.Parameters.ContainsKey("Key") ? "Key" : "Cluster"];
            Assert.True(key.Name == "Cluster" || key.Aliases.Contains("JobKey"), command.Name);
            Assert.True(key.ParameterSets.Values.All(p => p.ValueFromPipelineByPropertyName && p.Position == 0), command.Name);
        }
    }

    [Fact]
    public void WhatChangesSomething_SupportsWhatIfAndConfirm()
    {
        using var session = new Session(null);
        var (commands, _) = session.Run("Get-Command -Module Aurora -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name");
        Assert.Equal(["New-AuroraJob", "Resume-AuroraWorker", "Set-AuroraQuota", "Stop-AuroraJob", "Suspend-AuroraWorker", "Update-AuroraJob"], commands.Select(c => c.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Dependencies_AreLoadedInAContextOfTheirOwn()
    {
        await using var broker = Some.Broker();
        using var session = new Session(broker);
        Assert.Empty(session.Run("Get-AuroraJob stub").Errors);
        var client = AssemblyLoadContext.All.SelectMany(c => c.Assemblies.Select(a => (Context: c.Name, a.GetName().Name))).Where(a => a.Name == "Aurora.Client");
        Assert.Equal("Aurora", Assert.Single(client.Select(c => c.Context).Distinct()));
    }

    [Fact]
    public void EveryScriptOfTheRepository_Parses()
    {
        string[] scripts =
        [
            Path.Combine(BuildOutput.Root, "build.ps1"), Session.Manifest,
            .. Directory.EnumerateFiles(Path.Combine(BuildOutput.Root, "tests", "module"), "*.ps1", SearchOption.AllDirectories),
        ];
        Assert.True(scripts.Length >= 3);
        foreach (var script in scripts)
        {
            Parser.ParseFile(script, out _, out var errors);
            Assert.True(errors.Length == 0, $"{script}: {string.Join("; ", errors.Select(e => $"{e.Extent.StartLineNumber}: {e.Message}"))}");
        }
    }

    [Theory]
    [InlineData("Ports", "aurora=31000, http=31000")]
    [InlineData("Used", "cpu 1.5 s, peak ram 3 MB, disk 0.5 MB")]
    public async Task ATasksList_ShowsPortsAndUsage_AndNothingWhereThereAreNone(string label, string text)
    {
        var views = XDocument.Load(Path.Combine(Path.GetDirectoryName(Session.Manifest)!, "Aurora.format.ps1xml")).Descendants("View");
        var script = views.Single(v => v.Element("Name")!.Value == "AuroraTaskList").Descendants("ListItem").Single(i => i.Element("Label")?.Value == label).Element("ScriptBlock")!.Value;
        await using var broker = Some.Broker();
        using var session = new Session(broker);

        Assert.Equal(text, Assert.Single(session.Run($"Get-AuroraTask {Some.Key} | ForEach-Object {{ {script} }}").Output).ToString());
        if (label == "Used")
        {
            Assert.Equal("cpu 0.5 s, peak ram 1 MB, disk not measured", Assert.Single(session.Run(
                $"[pscustomobject]@{{ Usage = [pscustomobject]@{{ CpuSecs = 0.5; RamPeak = 1MB; Disk = $null }} }} | ForEach-Object {{ {script} }}").Output).ToString());
        }

        Assert.Empty(session.Run($"Get-AuroraTask {Some.Key} | ForEach-Object {{ $_.Ports = $null; $_.Usage = $null; $_ }} | ForEach-Object {{ {script} }}").Output);
    }

    [Fact]
    public async Task EveryView_HasColumnsThatItsTypeHas()
    {
        // Get-FormatData belongs to a module that the hosted engine does not have; importing the module above has parsed the file.
        var views = XDocument.Load(Path.Combine(Path.GetDirectoryName(Session.Manifest)!, "Aurora.format.ps1xml")).Descendants("View").ToArray();
        Assert.True(views.Length >= 5);
        foreach (var view in views)
        {
            var type = typeof(JobSummary).Assembly.GetType(view.Descendants("TypeName").Single().Value);
            Assert.NotNull(type);
            foreach (var property in view.Descendants("PropertyName").Select(p => p.Value).Where(p => (type.Name, p) != ("TaskSummary", "Message")))
            {
                Assert.True(type.GetProperty(property) is not null, $"{type.Name} has no {property}");
            }
        }

        await using var broker = Some.Broker();
        using var session = new Session(broker);
        Assert.Equal("exit code 7", Assert.Single(session.Run("(Get-AuroraTask stub/www-data/devel/hello).Message").Output).ToString());
    }
}
