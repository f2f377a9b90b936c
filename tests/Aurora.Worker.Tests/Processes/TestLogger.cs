using Microsoft.Extensions.Logging;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>Writes what is logged into the test's output.</summary>
internal sealed class TestLogger : ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _output?.WriteLine($"{logLevel} {eventId.Id}: {formatter(state, exception)} {exception}");
}
