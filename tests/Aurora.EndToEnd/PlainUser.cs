using Aurora.EndToEnd.Clusters;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;

namespace Aurora.EndToEnd;

/// <summary><c>aurora dev</c> for somebody who is not root.</summary>
public sealed class PlainUser
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task AuroraDevOfAPlainUser_SaysThatEveryRoleRunsAsThatUser()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to become a plain user");
        using var folder = new TemporaryFolder("plain");
        var program = CopyOfTheProgram(folder["program"]);
        var home = folder["home"];
        Directory.CreateDirectory(home);
        await RunAsync("chown", "nobody", home);
        var environment = new Dictionary<string, string> { ["HOME"] = home, ["AURORA_CONFIG_ROOT"] = folder["none"] };

        await using var dev = Start("dev");
        await dev.WaitForLineAsync("(?i)ready", Patience);
        Assert.Matches("(?i)every role runs as .*nobody", dev.Output);

        var job = folder["job.json"];
        await File.WriteAllTextAsync(job, """
            {"cluster": "devcluster", "role": "www-data", "environment": "test", "name": "who",
             "task": {"processes": [{"name": "who", "cmdline": "id -un"}], "resources": {"cpu": 0.1, "ram": "16MB", "disk": "16MB"}}}
            """, TestContext.Current.CancellationToken);
        const string key = "devcluster/www-data/test/who";
        await using var create = Start("job", "create", key, job, "--wait-until", "FINISHED");
        Assert.True(await create.WaitForExitAsync(Patience) == 0, create.Output);
        await using var log = Start("task", "log", $"{key}/0");
        Assert.True(await log.WaitForExitAsync(Patience) == 0, log.Output);
        Assert.Contains("nobody", log.Output, StringComparison.Ordinal);

        // setpriv execs, so the signal reaches the program itself.
        dev.Interrupt();
        Assert.True(await dev.WaitForExitAsync(Patience) == 0, dev.Output);
        Assert.Empty(Processes.Mentioning(folder.Path));

        ChildProgram Start(params string[] arguments) =>
            ChildProgram.Start("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--", program, .. arguments], environment, folder.Path);
    }

    /// <summary>The clone may lie where a plain user cannot go, for example in root's home.</summary>
    private static string CopyOfTheProgram(string target)
    {
        var source = Path.GetDirectoryName(BuildOutput.Aurora)!;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return Path.Combine(target, "aurora");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        await using var child = ChildProgram.Start(program, arguments);
        Assert.True(await child.WaitForExitAsync(Patience) == 0, child.Output);
    }
}
