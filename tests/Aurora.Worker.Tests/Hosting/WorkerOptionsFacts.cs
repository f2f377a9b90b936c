using Aurora.Core.Errors;
using Aurora.Worker.Hosting;
using Xunit;

namespace Aurora.Worker.Tests.Hosting;

public sealed class WorkerOptionsFacts : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void AWholeFileIsRead()
    {
        File.WriteAllText(_file, """
            {"id":"w1","folder":"/tmp/w1","amqp":"amqp://guest:guest@localhost:5672/","resources":{"cpu":2.5,"ram":"2GB","disk":1073741824,"gpu":2},"ports":"31000-31009",
             "attributes":{"rack":"a"},"heartbeat_secs":0.5,"kill_wait_secs":3,"allow_root":true}
            """);

        var (options, amqp) = WorkerOptionsFile.Read(_file);

        Assert.Equal(("w1", 2.5, 2L << 30, 1L << 30), (options.Id.Value, options.Total.Cpu, options.Total.Ram, options.Total.Disk));
        Assert.Equal((2, 10), (options.Total.Gpu, options.PortCount));
        Assert.Equal("a", options.Attributes["rack"]);
        Assert.Equal((TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(3), true), (options.HeartbeatInterval, options.KillWait, options.AllowRoot));
        Assert.Equal("localhost", amqp.Host);
    }

    [Fact]
    public void EveryFaultIsReportedAtOnceAndNoPasswordIsShown()
    {
        File.WriteAllText(_file, """{"id":"a b","folder":"relative","amqp":"http://u:secret@h","resources":{"cpu":-1,"ram":"much","gpu":1.5},"colour":"red","allow_root":"yes"}""");

        var refusal = Assert.Throws<AuroraException>(() => WorkerOptionsFile.Read(_file));

        Assert.Equal(
            ["allow_root", "amqp", "colour", "folder", "id", "resources.cpu", "resources.gpu", "resources.ram"],
            refusal.Faults.Select(f => f.Field).Order(StringComparer.Ordinal));
        Assert.All(refusal.Faults, f => Assert.Equal(ErrorCodes.InvalidConfiguration, f.Code));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
