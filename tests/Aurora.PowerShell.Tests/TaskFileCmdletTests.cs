using System.Management.Automation;
using System.Xml.Linq;
using Aurora.Core.Messages;
using Aurora.TestSupport.Brokers;
using Xunit;

namespace Aurora.PowerShell.Tests;

[Collection(Session.OneAfterTheOther)]
public sealed class TaskFileCmdletTests : IAsyncDisposable
{
    private readonly StubBroker broker = Some.Broker();
    private readonly Session session;

    public TaskFileCmdletTests() => session = new Session(broker);

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await broker.DisposeAsync();
    }

    [Fact]
    public void AFolder_IsListed_WithWhatTheNextCmdletNeeds()
    {
        var (output, errors) = session.Run($"Get-AuroraTask {Some.Key} | Get-AuroraTaskFile -Path out -WarningAction SilentlyContinue -WarningVariable more; $more.Count");
        Assert.Empty(errors);
        Assert.Equal(["deeper", "notes.txt"], output.SkipLast(1).Select(o => Assert.IsType<SandboxEntry>(o.BaseObject).Name));
        Assert.Equal("out/notes.txt", output[1].Properties["Path"].Value);
        Assert.Equal(1, output[2].BaseObject); // There is more than was listed.
        Assert.Equal(("www-data-devel-hello-0-x", "out"), broker.Requests.OfType<ListTaskFiles>().Select(r => (r.TaskId.Value, r.Path)).Single());
    }

    [Fact]
    public void WhatWasListed_IsReadThroughThePipeline_LineByLine()
    {
        var (output, errors) = session.Run($"Get-AuroraTaskFile {Some.Key} -Path out -WarningAction Ignore | Where-Object Kind -eq file | Get-AuroraTaskFile -Content");
        Assert.Empty(errors);
        Assert.Equal(["one", "two", "thr\u00e9e"], output.Select(o => Assert.IsType<string>(o.BaseObject)));
        Assert.Equal("www-data-devel-hello-0-x", Assert.Single(broker.Requests.OfType<ReadTaskFile>()).TaskId.Value);
    }

    [Fact]
    public void OutFile_GetsTheBytes_AndIsGivenBack()
    {
        var target = session.FileWith("target.txt", "what was there before, which is longer than what comes");
        var (output, errors) = session.Run($"Get-AuroraTaskFile {Some.Key} 0 out/notes.txt -OutFile {target}");
        Assert.Empty(errors);
        Assert.Equal((target, 14L), (Assert.IsType<FileInfo>(Assert.Single(output).BaseObject).FullName, new FileInfo(target).Length));
        Assert.Equal("one\ntwo\nthr\u00e9e", File.ReadAllText(target));
    }

    [Fact]
    public void AFileThatIsNotThere_LeavesTheOneThatIsHereAlone()
    {
        var target = session.FileWith("target.txt", "precious");
        var error = Assert.Single(session.Run($"Get-AuroraTaskFile {Some.Key} -Path nothing -OutFile {target}").Errors);
        Assert.Equal(("AUR2010,Aurora.PowerShell.Commands.GetAuroraTaskFileCommand", ErrorCategory.ObjectNotFound), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Assert.Equal("precious", File.ReadAllText(target));
    }

    [Fact]
    public void AnOutFileThatCannotBeWritten_IsNamed()
    {
        var error = Assert.Single(session.Run($"Get-AuroraTaskFile {Some.Key} -Path out/notes.txt -OutFile /nowhere/at/all").Errors);
        Assert.Equal("AUR1202,Aurora.PowerShell.Commands.GetAuroraTaskFileCommand", error.FullyQualifiedErrorId);
        Assert.Contains("/nowhere/at/all", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTable_ShowsSizesOfFilesOnly_AndNoControlCharacters()
    {
        var views = XDocument.Load(Path.Combine(Path.GetDirectoryName(Session.Manifest)!, "Aurora.format.ps1xml")).Descendants("View");
        var scripts = views.Single(v => v.Element("Name")!.Value == "AuroraTaskFile").Descendants("ScriptBlock").Select(s => s.Value).ToArray();
        Assert.Equal(3, scripts.Length);
        Assert.Equal([14L], session.Run($"Get-AuroraTaskFile {Some.Key} | ForEach-Object {{ {scripts[1]} }}").Output.Select(o => o.BaseObject));
        Assert.Equal("a?b", Assert.Single(session.Run($"[pscustomobject]@{{ Name = \"a`tb\" }} | ForEach-Object {{ {scripts[2]} }}").Output).ToString());
    }
}
