using System.Text;
using Aurora.Shim;
using Aurora.Shim.Journal;
using Aurora.Shim.Pumps;
using Aurora.Shim.Runs;
using Aurora.TestSupport;
using CsCheck;
using Xunit;

namespace Aurora.Worker.Tests.Processes;

/// <summary>The shim's journal: what was written is read, whatever was torn.</summary>
public sealed class JournalTests
{
    private static readonly Gen<RunKey> Keys = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3].Select(i => new[] { "main", "a b", "tab\tline\n%", "ü" }[i]), Gen.Int[0, 2])
        .Select((task, process, run) => new RunKey($"task-{task}", process, run));

    private static readonly Gen<int?> Numbers = Gen.Int[-1, 255].Select(n => n < 0 ? (int?)null : n);

    private static readonly Gen<JournalRecord> Records = Gen.OneOf<JournalRecord>(
        Keys.Select(k => (JournalRecord)new JournalRecord.Intended(k)),
        Gen.Select(Keys, Gen.Int[1, 99999], Gen.Long[0, 99999999]).Select((k, pid, start) => (JournalRecord)new JournalRecord.Started(k, pid, start, "b0-07", start)),
        Gen.Select(Keys, Numbers, Numbers, Gen.Long[0, 99999999]).Select((k, c, s, at) => (JournalRecord)new JournalRecord.Ended(k, new RunEnd(c, s, at))),
        Gen.Select(Keys, Numbers, Gen.Long[0, 99999999]).Select((k, c, n) => (JournalRecord)new JournalRecord.Ended(k, new RunEnd(c, null, n) { Use = new ResourceUse(n, n / 2) })),
        Gen.Select(Keys, Gen.Int[1, 2], Gen.Long[0, 99999999]).Select((k, n, size) =>
            (JournalRecord)new JournalRecord.Pumped(k, n, new PumpPlan("/a\tb", n == 1 ? null : "/c d", size, n))),
        Keys.Select(k => (JournalRecord)new JournalRecord.Forgotten(k)));

    [Fact]
    public void EveryRecordIsReadAsItWasWritten() => Records.Sample(record => Assert.Equal(record, JournalRecord.Parse(Line(record).TrimEnd('\n'))));

    [Fact]
    public void NoTornRecordIsRead() => Gen.Select(Records, Gen.Double[0, 1]).Sample((record, part) =>
    {
        var line = Line(record).TrimEnd('\n');
        Assert.Null(JournalRecord.Parse(line[..(int)(part * (line.Length - 1))]));
    });

    [Fact]
    public void AJournalTornAnywhere_GivesTheStateOfItsWholeRecords_AndGoesOn() => Gen.Select(Records.Array[0, 30], Gen.Double[0, 1], Records).Sample(
        (records, part, next) =>
        {
            using var temporary = new TemporaryFolder("journal");
            var folder = new ShimFolder(temporary.Path);
            var bytes = Encoding.UTF8.GetBytes(string.Concat(records.Select(Line)));
            var torn = bytes[..(int)(part * bytes.Length)];
            File.WriteAllBytes(folder.Journals[0], torn);

            var expected = new Dictionary<RunKey, RunState>();
            foreach (var record in records.Take(torn.Count(b => b == '\n')))
            {
                JournalState.Apply(expected, record);
            }

            using (var journal = JournalFiles.Open(folder, out var runs))
            {
                Assert.Equal(expected, runs);
                Assert.Equal(0, journal.Append(next));
                JournalState.Apply(expected, next);
            }

            Assert.Equal(expected, JournalFiles.Peek(folder));
        },
        iter: 200,
        threads: 1);

    [Fact]
    public void AnInterruptedCompaction_LosesNothing()
    {
        using var temporary = new TemporaryFolder("journal");
        var folder = new ShimFolder(temporary.Path);
        var ended = new JournalRecord.Ended(new RunKey("t", "p", 0), new RunEnd(1, null, 2));
        var started = new JournalRecord.Started(ended.Key, 7, 8, "boot", 9);
        File.WriteAllText(folder.Journals[0], Line(started) + Line(ended));
        File.WriteAllText(folder.Journals[1], Line(started)[..10]);
        using var journal = JournalFiles.Open(folder, out var runs);
        Assert.Equal(new RunEnd(1, null, 2), Assert.Single(runs.Values).End);
        Assert.Equal(runs, JournalFiles.Peek(folder));
        Assert.Equal(0, new FileInfo(folder.Journals[0]).Length);
    }

    [Fact]
    public void WhatIsLeftForLater_StandsBeforeTheNextRecord()
    {
        using var temporary = new TemporaryFolder("journal");
        var folder = new ShimFolder(temporary.Path);
        using var journal = JournalFiles.Open(folder, out _);
        var (first, second) = (new RunKey("t", "p", 0), new RunKey("t", "p", 1));
        Assert.Equal(0, journal.Append(new JournalRecord.Started(first, 7, 8, "boot", 9)));
        Assert.Equal(0, journal.AppendLater(new JournalRecord.Forgotten(first)));
        Assert.Equal([first], JournalFiles.Peek(folder).Keys);
        Assert.Equal(0, journal.Append(new JournalRecord.Started(second, 7, 8, "boot", 9)));
        Assert.Equal([second], JournalFiles.Peek(folder).Keys);
        Assert.Equal(0, journal.AppendLater(new JournalRecord.Forgotten(second)));
        Assert.Equal(0, journal.Flush());
        Assert.Empty(JournalFiles.Peek(folder));
    }

    [Fact]
    public void AJournalOfForgottenRuns_StaysSmall()
    {
        using var temporary = new TemporaryFolder("journal");
        var folder = new ShimFolder(temporary.Path);
        using var journal = JournalFiles.Open(folder, out _);
        var keeps = new RunState(new RunKey("keeps", "p", 0)) { Pid = 1, StartTime = 2, BootId = "boot", StartedAt = 3 };
        foreach (var record in JournalState.Records(keeps))
        {
            journal.Append(record);
        }

        for (var i = 0; i < 50_000; i++)
        {
            var key = new RunKey($"task-{i}", "process", 0);
            journal.Append(new JournalRecord.Intended(key));
            journal.Append(new JournalRecord.Forgotten(key));
            if (journal.Due)
            {
                Assert.Equal(0, journal.Compact([keeps]));
            }
        }

        Assert.True(folder.Journals.Sum(j => new FileInfo(j).Length) < 3 * 1024 * 1024);
        Assert.Equal(keeps, Assert.Single(JournalFiles.Peek(folder).Values));
    }

    private static string Line(JournalRecord record)
    {
        var text = new StringBuilder();
        record.AppendTo(text);
        return text.ToString();
    }
}
