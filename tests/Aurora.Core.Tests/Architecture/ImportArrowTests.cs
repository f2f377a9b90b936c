using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Aurora.Core.Tests.Architecture;

/// <summary>Imports run one way: Core ← Messaging ← Client ← {PowerShell, Cli}; Core, Messaging ← Broker; Core, Messaging ← Worker.</summary>
public sealed partial class ImportArrowTests
{
    /// <summary>What each project may reference. Broker and Worker meet in Cli only, and nobody but Worker knows the shim.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Aurora.Core"] = [],
        ["Aurora.Shim"] = [],
        ["Aurora.Messaging"] = ["Aurora.Core"],
        ["Aurora.Client"] = ["Aurora.Core", "Aurora.Messaging"],
        ["Aurora.Broker"] = ["Aurora.Core", "Aurora.Messaging"],
        ["Aurora.Worker"] = ["Aurora.Core", "Aurora.Messaging", "Aurora.Shim"],
        ["Aurora.PowerShell"] = ["Aurora.Core", "Aurora.Messaging", "Aurora.Client"],
        ["Aurora.Cli"] = ["Aurora.Core", "Aurora.Messaging", "Aurora.Client", "Aurora.Broker", "Aurora.Worker"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Fact]
    public void EveryProductProject_HasItsPlaceInTheTable() => Assert.Equal(
        Directory.EnumerateFiles(Repository.Root, "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Select(f => Path.GetFileNameWithoutExtension(f)).Where(p => !p.EndsWith(".Tests", StringComparison.Ordinal)).Order(),
        Allowed.Keys.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProject_ReferencesOnlyWhatItMay(string project) =>
        Assert.Empty(Items(project, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/'))).Except(Allowed[project]));

    [Theory]
    [InlineData("Aurora.Core")]
    [InlineData("Aurora.Shim")]
    public void CoreAndShim_UseNoPackages(string project)
    {
        Assert.Empty(Items(project, "PackageReference"));
        Assert.Empty(Items(project, "FrameworkReference"));
        Assert.Empty(Items(project, "Reference"));
    }

    [Fact]
    public void NobodyGetsReferencesFromTheSharedBuildFiles() =>
        Assert.All(["Directory.Build.props", "Directory.Packages.props"], file => Assert.DoesNotContain(
            XDocument.Load(Path.Combine(Repository.Root, file)).Descendants(),
            e => e.Name.LocalName is "ProjectReference" or "PackageReference" or "GlobalPackageReference"));

    [Fact]
    public void Core_HasNoClockNoRandomnessAndNoInputOrOutput()
    {
        var breaches = Repository.Sources("Aurora.Core")
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (Where: $"{Path.GetFileName(file)}:{i + 1}: {line.Trim()}", Line: line)))
            .Where(l => !l.Line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Impure().IsMatch(l.Line))
            .Select(l => l.Where);

        Assert.Empty(breaches);
    }

    [Theory]
    [InlineData("var now = DateTimeOffset.UtcNow;", true)]
    [InlineData("var id = Guid.NewGuid();", true)]
    [InlineData("File.ReadAllText(path)", true)]
    [InlineData("new Fault(code, field) { File = place.File }", false)]
    [InlineData("job.Environment.Length", false)]
    public void TheSearchForImpureCode_FindsIt(string line, bool found) => Assert.Equal(found, Impure().IsMatch(line));

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, project, $"{project}.csproj")).Descendants(kind).Select(e => (string)e.Attribute("Include")!);

    [GeneratedRegex(
        @"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b|\bTimeProvider\b|\bStopwatch\b|\bGuid\.(NewGuid|CreateVersion7)\b|\bnew Random\b|\bRandom\.Shared\b|\bRandomNumberGenerator\b"
        + @"|(?<![\w.])(File|Directory|Console|Process|Socket)\.[A-Z]\w*\(|\bSystem\.(IO|Net|Diagnostics(?!\.CodeAnalysis))\b|(?<![\w.])Environment\.(Get|Machine|User|Exit|Tick|Current)|\bTask\.(Delay|Run)\b|\bThread\b")]
    private static partial Regex Impure();
}
