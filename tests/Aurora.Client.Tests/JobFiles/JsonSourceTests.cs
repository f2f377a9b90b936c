using System.Text;
using Aurora.Client.JobFiles;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Client.Tests.JobFiles;

public sealed class JsonSourceTests : IDisposable
{
    private readonly JobFileFixture files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("   \n // only a comment\n", 3, 1)]
    [InlineData("{\n  \"a\": 1,\n  \"é\": tru }", 3, 11)]
    [InlineData("{\n \"a\": 1 \"b\": 2}", 2, 9)]
    [InlineData("{\"a\": 1", 1, 8)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{\"a\": \"\\ud800\"}", 1, 7)]
    public async Task ASyntaxError_IsReportedWhereItStands(string content, int line, int column)
    {
        var fault = await files.FaultAsync("a.json", content);
        Assert.Equal((ErrorCodes.FileSyntax, line, column), (fault.Code, fault.Line, fault.Column));
        Assert.DoesNotContain("LineNumber", fault.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RepeatedFields_AreRefusedAllAtOnceWithBothLines()
    {
        var error = await files.ErrorAsync("a.json", "{\n\"role\": \"a\",\n\"role\": \"b\", \"task\": {\"name\": \"x\",\n  \"name\": \"y\"}}");
        Assert.All(error.Faults, f => Assert.Equal(ErrorCodes.DuplicateName, f.Code));
        Assert.Equal([("role", 3, 1), ("name", 4, 3)], error.Faults.Select(f => (f.Field, f.Line!.Value, f.Column!.Value)));
        Assert.Contains("the first is on line 2", error.Faults[0].Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3", "file", 1)]
    [InlineData("{\"jobs\": {}}", "jobs", 1)]
    [InlineData("{\"jobs\": [\n3]}", "jobs[0]", 2)]
    public async Task WhatIsNotAJob_IsRefused(string content, string field, int line)
    {
        var fault = await files.FaultAsync("a.json", content);
        Assert.Equal((ErrorCodes.WrongType, field, line), (fault.Code, fault.Field, fault.Line));
    }

    [Fact]
    public async Task AnUnknownNameBesideJobs_IsRefused()
    {
        var fault = await files.FaultAsync("a.json", "{\"jobs\": [],\n \"hoks\": []}");
        Assert.Equal((ErrorCodes.UnknownField, "hoks", 2), (fault.Code, fault.Field, fault.Line));
    }

    [Theory]
    [InlineData("a.json", "")]
    [InlineData("a.json", " \n")]
    [InlineData("a.yaml", "")]
    public async Task AnEmptyFile_IsSaidToBeEmpty(string name, string content) =>
        Assert.Equal("is empty: a job file holds a job or a list of jobs", (await files.FaultAsync(name, content)).Rule);

    [Fact]
    public async Task DeepNesting_IsASyntaxError() =>
        Assert.Equal(ErrorCodes.FileSyntax, (await files.FaultAsync("a.json", new string('[', 100_000))).Code);

    [Fact]
    public async Task TooManyValues_AreRefused()
    {
        var fault = await files.FaultAsync("a.json", "[" + string.Concat(Enumerable.Repeat("0,", 600_000)) + "0]");
        Assert.Equal(ErrorCodes.FileSyntax, fault.Code);
        Assert.Contains("500000 values", fault.Rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.yaml")]
    [InlineData("a.aurora")]
    public async Task ABinaryFile_AWrongEncoding_AndAHugeFile_AreRefusedInEveryFormat(string name)
    {
        await Assert.ThrowsAsync<AuroraException>(() => ReadBytesAsync(name, [(byte)'{', 0, (byte)'}']));
        var wrong = await Assert.ThrowsAsync<AuroraException>(() => ReadBytesAsync(name, [.. "a\nbé"u8, 0xE9, (byte)'\n']));
        var fault = Assert.Single(wrong.Faults);
        Assert.Equal((ErrorCodes.FileSyntax, 2, 3), (fault.Code, fault.Line, fault.Column));
        Assert.Contains("0xe9", fault.Rule, StringComparison.Ordinal);
        var huge = await Assert.ThrowsAsync<AuroraException>(() => ReadBytesAsync(name, new byte[17 * 1024 * 1024]));
        Assert.Contains("larger than 16 MB", huge.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AByteOrderMark_IsNoPartOfTheText()
    {
        var file = await ReadBytesAsync("a.json", [.. Encoding.UTF8.Preamble, .. "[]"u8]);
        Assert.Empty(file.Jobs);
    }

    private async Task<JobFile> ReadBytesAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(files[name], content);
        return await new JobFileReader().ReadAsync(files[name], new(), TestContext.Current.CancellationToken);
    }
}
