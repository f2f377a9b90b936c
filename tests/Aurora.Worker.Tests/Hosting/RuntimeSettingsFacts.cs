using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Aurora.TestSupport.Programs;
using Xunit;

namespace Aurora.Worker.Tests.Hosting;

/// <summary>The programs' runtime configurations. A setting that the runtime does not know is silently ignored: a bound on the heap was none for a while.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RuntimeSettingsFacts
{
    [Theory]
    [InlineData("aurora-worker")]
    [InlineData("aurora-shim")]
    public void EverySettingOfTheCollector_IsOneThatTheRuntimeReads(string program)
    {
        var names = Settings(program).Where(name => name.StartsWith("System.GC.", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(names);
        var runtime = File.ReadAllBytes(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libcoreclr.so"));
        Assert.All(names, name => Assert.True(Holds(runtime, name), $"The runtime knows no setting {name}."));
    }

    private static List<string> Settings(string program)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(BuildOutput.Of("Aurora.Worker"), $"{program}.runtimeconfig.json")));
        return [.. file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").EnumerateObject().Select(p => p.Name)];
    }

    // The collector has its names in 8-bit characters, the rest of the runtime in 16-bit ones. With the closing zero, so that the beginning of a longer name is none.
    private static bool Holds(byte[] library, string name) =>
        library.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{name}\0")) >= 0 || library.AsSpan().IndexOf(Encoding.Unicode.GetBytes($"{name}\0")) >= 0;
}
