using System.Threading.Channels;
using Aurora.TestSupport;
using Aurora.Worker.Health;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aurora.Worker.Tests.Health;

public sealed class HealthCheckerFacts : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _sandbox = new("sandbox");
    private readonly AskedTime _time = new();
    private readonly ScriptedProbe _probe = new();
    private readonly Channel<(bool Healthy, string? Why)> _told = Channel.CreateUnbounded<(bool, string?)>();
    private readonly HealthChecker _checker;

    public HealthCheckerFacts() =>
        _checker = new HealthChecker(_probe, TimeSpan.FromSeconds(10), _time, _sandbox.Path, (healthy, why) => Assert.True(_told.Writer.TryWrite((healthy, why))));

    [Fact]
    public async Task TheFirstCheckIsMadeAtOnce_AndEachResultIsTold()
    {
        _checker.Start();
        (await _probe.CalledAsync()).SetResult(HealthResult.Bad("it is down"));

        Assert.Equal((false, "it is down"), await ToldAsync());
    }

    [Fact]
    public async Task TheNextCheckIsMadeAnIntervalAfterTheStartOfTheOneBefore()
    {
        _checker.Start();
        var first = await _probe.CalledAsync();
        _time.Advance(TimeSpan.FromSeconds(4)); // it takes so long
        first.SetResult(HealthResult.Good);

        Assert.Equal(TimeSpan.FromSeconds(6), await _time.PauseAsync());
        Assert.Equal(1, _probe.Calls);
        _time.Advance(TimeSpan.FromSeconds(6));
        (await _probe.CalledAsync()).SetResult(HealthResult.Good);

        Assert.Equal(TimeSpan.FromSeconds(10), await _time.PauseAsync());
    }

    [Fact]
    public async Task WhenACheckTakesLongerThanTheInterval_TheNextOneWaitsForIt_AndFollowsAtOnce()
    {
        _checker.Start();
        var first = await _probe.CalledAsync();
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(1, _probe.Calls);

        first.SetResult(HealthResult.Good);
        await _probe.CalledAsync();
        Assert.Equal(2, _probe.Calls);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("dangling link")]
    public async Task WhileTheSnoozeFileIsThere_TheTaskIsHealthyAndNothingIsRun(string kind)
    {
        var snooze = _sandbox[".healthchecksnooze"];
        Action make = kind switch
        {
            "file" => () => File.WriteAllText(snooze, ""),
            "folder" => () => Directory.CreateDirectory(snooze),
            _ => () => File.CreateSymbolicLink(snooze, "/nowhere/at/all"),
        };
        make();
        _checker.Start();
        Assert.Equal((true, null), await ToldAsync());
        Assert.Equal(0, _probe.Calls);

        await _time.PauseAsync();
        if (kind == "folder")
        {
            Directory.Delete(snooze);
        }
        else
        {
            File.Delete(snooze);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        (await _probe.CalledAsync()).SetResult(HealthResult.Bad("x"));
        Assert.Equal((false, "x"), await ToldAsync());
    }

    [Fact]
    public async Task WhenItIsStopped_TheCheckUnderWayIsBrokenOff_AndNothingMoreIsTold()
    {
        _checker.Start();
        await _probe.CalledAsync();

        _checker.Stop();
        await _checker.DisposeAsync();

        Assert.True(_probe.BrokenOff);
        Assert.False(_told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task WhenItIsStoppedBetweenChecks_NoneIsMadeAnyMore()
    {
        _checker.Start();
        (await _probe.CalledAsync()).SetResult(HealthResult.Good);
        await _time.PauseAsync();

        await _checker.DisposeAsync();
        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(1, _probe.Calls);
    }

    [Fact]
    public async Task WhenAProbeThrows_ThatIsAFailedCheck_AndTheNextOneIsMade()
    {
        _checker.Start();
        (await _probe.CalledAsync()).SetException(new InvalidOperationException("the disk is full"));

        Assert.Equal((false, "the health check could not be made: the disk is full"), await ToldAsync());
        await _time.PauseAsync();
        _time.Advance(TimeSpan.FromSeconds(10));
        await _probe.CalledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _checker.DisposeAsync();
        _sandbox.Dispose();
    }

    private async Task<(bool, string?)> ToldAsync() => await _told.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Each check is answered by the test.</summary>
    private sealed class ScriptedProbe : IHealthProbe
    {
        private readonly Channel<TaskCompletionSource<HealthResult>> _calls = Channel.CreateUnbounded<TaskCompletionSource<HealthResult>>();
        private int _count;

        public int Calls => Volatile.Read(ref _count);

        public bool BrokenOff { get; private set; }

        public async Task<HealthResult> CheckAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            var answer = new TaskCompletionSource<HealthResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.True(_calls.Writer.TryWrite(answer));
            try
            {
                return await answer.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                BrokenOff = true;
                throw;
            }
        }

        public async Task<TaskCompletionSource<HealthResult>> CalledAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(Patience);
    }

    /// <summary>Fake time that says which pauses were asked for: only then can it be moved on without missing one.</summary>
    private sealed class AskedTime : FakeTimeProvider
    {
        private readonly Channel<TimeSpan> _pauses = Channel.CreateUnbounded<TimeSpan>();

        public async Task<TimeSpan> PauseAsync() => await _pauses.Reader.ReadAsync().AsTask().WaitAsync(Patience);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _pauses.Writer.TryWrite(dueTime);
            return timer;
        }
    }
}
