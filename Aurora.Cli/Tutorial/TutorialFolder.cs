namespace Aurora.Cli.Tutorial;

/// <summary>The tutorial's own temporary folder, which every role may pass through and read; removed with everything in it unless it is kept.</summary>
internal sealed class TutorialFolder : IDisposable
{
    private const UnixFileMode ReadableByAll = (UnixFileMode)0b111_101_101;
    private readonly bool _keep;

    internal TutorialFolder(bool keep)
    {
        _keep = keep;
        Path = Directory.CreateTempSubdirectory("aurora-tutorial-").FullName;
        OpenToAll(Path);
        foreach (var name in (string[])["hello_world.aurora", "hello_world.py"])
        {
            using var source = typeof(TutorialFolder).Assembly.GetManifestResourceStream(name)!; // The project embeds it.
            var path = System.IO.Path.Combine(Path, name);
            using (var target = File.Create(path))
            {
                source.CopyTo(target);
            }

            OpenToAll(path);
        }
    }

    internal string Path { get; }

    internal string JobFile => System.IO.Path.Combine(Path, "hello_world.aurora");

    internal string Script => System.IO.Path.Combine(Path, "hello_world.py");

    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private static void OpenToAll(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, ReadableByAll);
        }
    }
}
