using System.Diagnostics;
using System.Runtime.Versioning;
using Aurora.TestSupport;
using Aurora.Worker.Isolation;
using Xunit;

namespace Aurora.Worker.Tests.Isolation;

/// <summary>What folders occupy, also when their owner plays tricks.</summary>
[SupportedOSPlatform("linux")]
public sealed class FolderUsageTests : IDisposable
{
    private const int MB = 1 << 20;
    private readonly TemporaryFolder _folder = new("usage");
    private readonly string _sandbox;

    public FolderUsageTests()
    {
        _sandbox = _folder["sandbox"];
        Directory.CreateDirectory(_sandbox);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FilesInAllFolders_AreAddedUp()
    {
        Fill("sandbox/a", MB);
        Fill("sandbox/b/c/d", 2 * MB);
        Fill("logs/main/0/stdout", MB);
        AssertAbout(4 * MB, Measure(_sandbox, _folder["logs"], _folder["none"]));
    }

    [Fact]
    public void ItAgreesWithDu()
    {
        for (var i = 0; i < 50; i++)
        {
            Fill($"sandbox/{i % 7}/{i}", i * 1000);
        }

        using var du = Process.Start(new ProcessStartInfo("du", ["-s", "-B1", _sandbox]) { RedirectStandardOutput = true })!;
        Assert.Equal(long.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0], System.Globalization.CultureInfo.InvariantCulture), Measure(_sandbox).Bytes);
    }

    [Fact]
    public void Holes_DoNotCount()
    {
        using (var file = File.Create(Path.Combine(_sandbox, "sparse")))
        {
            file.SetLength(1L << 33);
        }

        AssertAbout(0, Measure(_sandbox));
    }

    [Fact]
    public void AFileOfTwoNames_CountsOnce()
    {
        Fill("sandbox/a", MB);
        Assert.Equal(0, Run("ln", _folder["sandbox/a"], _folder["sandbox/b"]));
        AssertAbout(MB, Measure(_sandbox));
    }

    [Fact]
    public void LinksAreNotFollowed_NeitherInsideNorAtTheTop()
    {
        Fill("outside/big", 4 * MB);
        File.CreateSymbolicLink(Path.Combine(_sandbox, "file"), _folder["outside/big"]);
        Directory.CreateSymbolicLink(Path.Combine(_sandbox, "folder"), _folder["outside"]);
        Directory.CreateSymbolicLink(_folder["logs"], _folder["outside"]);
        AssertAbout(0, Measure(_sandbox, _folder["logs"]));
    }

    [Fact]
    public void AFolderOfTheSameFileSystemThatIsMountedThere_IsNotEntered()
    {
        Fill("outside/big", 4 * MB);
        Directory.CreateDirectory(Path.Combine(_sandbox, "bound"));
        Assert.SkipUnless(Environment.UserName == "root" && Run("mount", "--bind", _folder["outside"], _folder["sandbox/bound"]) == 0, "Nothing can be mounted here.");
        try
        {
            AssertAbout(0, Measure(_sandbox));
        }
        finally
        {
            Run("umount", _folder["sandbox/bound"]);
        }
    }

    [Fact]
    public void OtherFileSystems_AreNotEntered()
    {
        Directory.CreateDirectory(Path.Combine(_sandbox, "mounted"));
        Assert.SkipUnless(Environment.UserName == "root" && Run("mount", "-t", "tmpfs", "tmpfs", _folder["sandbox/mounted"]) == 0, "Nothing can be mounted here.");
        try
        {
            Fill("sandbox/mounted/big", 4 * MB);
            AssertAbout(0, Measure(_sandbox));
        }
        finally
        {
            Run("umount", _folder["sandbox/mounted"]);
        }
    }

    [Fact]
    public void ANameThatIsNoText_HidesNothing()
    {
        Assert.Equal(0, Run("bash", "-c", $"cd {_sandbox} && mkdir $'\\xff' && head -c {MB} /dev/urandom > $'\\xff/\\xfe'"));
        AssertAbout(MB, Measure(_sandbox));
    }

    [Fact]
    public void ManyFiles_AreMeasuredInPart_AndItIsSaid()
    {
        for (var i = 0; i < 20; i++)
        {
            Fill($"sandbox/{i}", 1);
        }

        Assert.True(FolderUsage.Measure([_sandbox], Cancel, 20).Whole);
        Assert.False(FolderUsage.Measure([_sandbox], Cancel, 19).Whole);
    }

    [Fact]
    public void DeepFolders_AreMeasuredInPart_AndItIsSaid()
    {
        Directory.CreateDirectory($"{_sandbox}/{string.Join('/', Enumerable.Repeat("d", 600))}");
        var size = Measure(_sandbox);
        Assert.False(size.Whole);
        Assert.True(size.Bytes > 0);
    }

    [Fact]
    public void ACancelledMeasurement_Ends()
    {
        for (var i = 0; i < 1500; i++)
        {
            File.WriteAllBytes($"{_sandbox}/{i}", []);
        }

        Assert.Throws<OperationCanceledException>(() => FolderUsage.Measure([_sandbox], new CancellationToken(true)));
    }

    [Fact]
    public async Task AFolderThatIsSwappedForALinkMeanwhile_NeverLeadsOut()
    {
        Fill("outside/big", 16 * MB);
        Fill("sandbox/f/a", 1);
        using var swapper = Process.Start("bash", ["-c", $"cd {_sandbox}; end=$((SECONDS+2)); while [ $SECONDS -lt $end ]; do mv f g; ln -s {_folder["outside"]} f; rm f; mv g f; done"]);
        while (!swapper.HasExited)
        {
            AssertAbout(0, Measure(_sandbox));
        }

        await swapper.WaitForExitAsync(Cancel);
    }

    private static FolderSize Measure(params string[] folders) => FolderUsage.Measure(folders, Cancel);

    private static void AssertAbout(long bytes, FolderSize size)
    {
        Assert.True(size.Whole);
        Assert.InRange(size.Bytes, bytes, bytes + (128 * 1024));
    }

    private void Fill(string name, int bytes)
    {
        var path = _folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var content = new byte[bytes];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(path, content);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
