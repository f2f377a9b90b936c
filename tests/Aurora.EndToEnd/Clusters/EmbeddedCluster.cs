using Aurora.TestSupport.Programs;

namespace Aurora.EndToEnd.Clusters;

/// <summary><c>aurora dev</c>: broker and worker in one process, SQLite, in-process bus, HTTP. kill -9 of one is kill -9 of both.</summary>
public sealed class EmbeddedCluster : Cluster
{
    private ChildProgram? dev;
    private string cpu = "4";

    public override async Task StartAsync()
    {
        dev = ChildProgram.Start(
            BuildOutput.Aurora,
            ["dev", "--cluster", Name, "--folder", Path.Combine(Folder, "dev"), "--register", ConfigurationRoot, "--cpu", cpu, "--ram", "4GB", "--disk", "4GB"],
            Environments);
        await dev.WaitForLineAsync("(?i)ready", Patience);
    }

    public override Task KillBrokerAsync() => dev!.KillHardAsync();

    public override Task StartBrokerAsync() => StartAsync();

    public override Task KillWorkersAsync() => dev!.KillHardAsync();

    public override Task StartWorkersAsync() => StartAsync();

    /// <summary>There is one worker; it joins again with more to offer. Its tasks go on meanwhile.</summary>
    public override async Task AddLargeWorkerAsync()
    {
        await dev!.KillHardAsync();
        cpu = "64";
        await StartAsync();
    }

    protected override async Task StopAsync()
    {
        if (dev is { HasExited: true })
        {
            await StartAsync(); // so that it ends what the killed one left running
        }

        dev!.Interrupt();
        Assert.True(await dev.WaitForExitAsync(Patience) == 0, $"aurora dev ended with {dev.ExitCode}:\n{dev.Output}");
        await dev.DisposeAsync();
    }
}
