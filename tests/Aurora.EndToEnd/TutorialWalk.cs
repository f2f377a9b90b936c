using Aurora.EndToEnd.Clusters;
using Aurora.TestSupport;
using Aurora.TestSupport.Programs;
using Aurora.TestSupport.RabbitMq;

namespace Aurora.EndToEnd;

/// <summary>The newcomer's first two minutes, as the README promises them.</summary>
public sealed class TutorialWalk(RabbitMqFixture rabbit)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public Task OnTheEmbeddedDefault_ItShowsTheBugAndTheCureAndLeavesNothing() => WalkAsync();

    [Fact]
    public async Task OverRabbitMq_ItShowsTheSame()
    {
        var server = await rabbit.ServerAsync();
        await WalkAsync("--amqp", server.Uri.ToString());
    }

    private static async Task WalkAsync(params string[] options)
    {
        using var home = new TemporaryFolder("home");
        using var temporary = new TemporaryFolder("tmp");
        var environment = new Dictionary<string, string> { ["HOME"] = home.Path, ["TMPDIR"] = temporary.Path };
        await using var tutorial = ChildProgram.Start(BuildOutput.Aurora, ["tutorial", .. options], environment);

        var code = await tutorial.WaitForExitAsync(Limit);

        Assert.True(code == 0, $"aurora tutorial ended with {code}:\n{tutorial.Output}");
        var output = tutorial.Output;
        foreach (var expected in (string[])[
            "aurora job create devcluster/www-data/devel/hello_world",
            "1 new tasks pending for job devcluster/www-data/devel/hello_world",
            "FAILED",
            "NameError: name 'xrang' is not defined",
            "aurora update start devcluster/www-data/devel/hello_world",
            "RUNNING",
            "Hello world! The time is now:",
            "ROLLED_FORWARD",
            "aurora job killall devcluster/www-data/devel/hello_world",
            "Tasks killed.",
            "KILLED"])
        {
            Assert.True(output.Contains(expected, StringComparison.Ordinal), $"The tutorial does not show '{expected}':\n{output}");
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Path));
        // The runtime's own diagnostics socket goes with its process; a shim's may be a moment late.
        await Eventually.IsTrueAsync("nothing left in the temporary folder", TimeSpan.FromSeconds(10),
            () => !Directory.EnumerateFileSystemEntries(temporary.Path).Any(), () => string.Join(", ", Directory.EnumerateFileSystemEntries(temporary.Path)));
        Assert.Empty(Processes.Mentioning(temporary.Path));
    }
}
