using System.Text.Json;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;
using Aurora.Core.Messages;
using CsCheck;
using Xunit;

namespace Aurora.Core.Tests.Jobs;

public sealed class JobKeyTests
{
    private static readonly Gen<string> Part = Gen.OneOf("a", "Z", "0", "_", "-", ".").List[1, 255].Select(p => string.Concat(p));

    [Fact]
    public void AKeyOfFourIdentifiers_IsReadBack() => Gen.Select(Part, Part, Part, Part).Sample((c, r, e, n) =>
    {
        var key = new JobKey(c, r, e, n);

        Assert.Equal(key, JobKey.Parse(key.ToString()));
        Assert.Equal($"{r}/{e}/{n}", key.Path);
    });

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("a/b/c/d/e")]
    [InlineData("a//c/d")]
    [InlineData("a/b/c/d ")]
    [InlineData("a/b/c/d\n")]
    [InlineData("ä/b/c/d")]
    [InlineData("a/b/c/{{name}}")]
    public void AnythingElse_IsRefused(string text)
    {
        var exception = Assert.Throws<AuroraException>(() => JobKey.Parse(text));

        Assert.Equal(ErrorCodes.MalformedJobKey, exception.Code);
        Assert.Equal(text, exception.Faults[0].Value);
        Assert.False(JobKey.TryParse(null, out _, out _));
    }

    [Fact]
    public void APartLongerThan255_IsRefused() => Assert.False(JobKey.TryParse($"a/b/c/{new string('d', 256)}", out _, out _));

    [Fact]
    public void Keys_AreComparedOrdinally() => Assert.NotEqual(JobKey.Parse("a/b/c/d"), JobKey.Parse("a/b/c/D"));

    [Fact]
    public void ATaskId_IsSafeAsAFileName() => Gen.Select(Part, Part, Part, Gen.Int[0, 3999], Gen.Guid).Sample((r, e, n, instance, unique) =>
    {
        var id = TaskId.Create(new JobKey("c", r, e, n), instance, unique);

        Assert.True(TaskId.IsValid(id.Value));
        Assert.Equal(id.Value, $"{r}-{e}-{n}-{instance}-{unique}".Replace('.', '-'));
    });

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData(".")]
    public void ATextThatIsNoFileName_IsNoTaskId(string text) => Assert.False(TaskId.IsValid(text));

    [Fact]
    public void AMalformedKeyInAMessage_MakesTheMessageUnreadable() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"job":"a/b","tasks":[],"url":""}""", AuroraJson.Default.TasksKilled));
}
