using Aurora.Worker.Health;
using Aurora.Worker.Processes;
using Xunit;

namespace Aurora.Worker.Tests.Health;

public sealed class HealthExitsFacts
{
    private readonly List<ProcessRunKey> _forgotten = [];

    [Fact]
    public void EndsOfTheTasksOwnProcessesAreNotTaken()
    {
        Assert.False(new HealthExits(_forgotten.Add).Take(Exit("health")));
        Assert.Empty(_forgotten);
    }

    [Fact]
    public async Task WhenAnEndIsExpected_ItArrives_AndIsForgottenOnlyWhenItIsDropped()
    {
        var exits = new HealthExits(_forgotten.Add);
        var exit = Exit(HealthExits.ProcessName);
        var waiting = exits.Expect(exit.Key);

        Assert.True(exits.Take(exit));
        Assert.Same(exit, await waiting);
        Assert.Empty(_forgotten);
        exits.Drop(exit.Key);
        Assert.Equal([exit.Key], _forgotten);
    }

    [Fact]
    public void WhenNobodyWaitsForAnEnd_ItIsForgottenAtOnce()
    {
        var exit = Exit(HealthExits.ProcessName);

        Assert.True(new HealthExits(_forgotten.Add).Take(exit));
        Assert.Equal([exit.Key], _forgotten);
    }

    private static ProcessExit Exit(string process) => new(new ProcessRunKey("t", process, 3), 0, null, DateTimeOffset.UnixEpoch);
}
