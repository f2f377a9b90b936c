using Microsoft.Extensions.Logging;
using Xunit;

namespace Aurora.Messaging.Tests;

/// <summary>Writes what the product logs into the test's output, so that a failure tells its story.</summary>
internal sealed class XunitLogger<T> : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        TestContext.Current.TestOutputHelper?.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {logLevel} {formatter(state, exception)} {exception}");
}

internal static class XunitLogger
{
    public static ILogger<T> For<T>() => new XunitLogger<T>();
}
