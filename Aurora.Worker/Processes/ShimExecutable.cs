namespace Aurora.Worker.Processes;

/// <summary>Finds the shim's program, and the .NET that it runs on: both are those of the program that embeds this worker.</summary>
internal static class ShimExecutable
{
    private const string Name = "aurora-shim";

    /// <summary>The command that starts the shim.</summary>
    /// <returns>The program's absolute path, and the arguments that come before the shim's own.</returns>
    /// <exception cref="FileNotFoundException">The shim does not lie beside the running program.</exception>
    public static IReadOnlyList<string> Command()
    {
        // The one that was compiled ahead of time, if the build made it; then what the build or a publishing leaves beside the worker.
        var program = Path.Combine(AppContext.BaseDirectory, Name);
        if (((string[])[Path.Combine(AppContext.BaseDirectory, "native", Name), program]).FirstOrDefault(File.Exists) is { } found)
        {
            return [found];
        }

        var managed = program + ".dll";
        return File.Exists(managed)
            ? [DotnetRoot() is { } root ? Path.Combine(root, "dotnet") : throw new FileNotFoundException("dotnet is not found beside the running runtime."), managed]
            : throw new FileNotFoundException($"The shim {program} is missing; it belongs beside the worker's program.", program);
    }

    /// <summary>
    /// The shim's whole environment. Nothing of the agent's own goes along, for that may hold secrets. The settings keep the runtime small, and keep
    /// it from opening its diagnostics port, through which a role's process could reach into the shim.
    /// </summary>
    /// <returns>The entries, NAME=VALUE.</returns>
    public static IReadOnlyList<string> Environment()
    {
        List<string> entries =
        [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "DOTNET_EnableDiagnostics=0",
            "DOTNET_gcServer=0",
            "DOTNET_gcConcurrent=0",
            "DOTNET_GCgen0size=0x100000",
            "DOTNET_TieredPGO=0",
        ];
        if (DotnetRoot() is { } root)
        {
            entries.Add($"DOTNET_ROOT={root}");
        }

        return entries;
    }

    /// <summary>The folder of the running .NET: three above the core library's, shared/Microsoft.NETCore.App/VERSION.</summary>
    private static string? DotnetRoot()
    {
        var library = Path.GetDirectoryName(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/'));
        var root = Path.GetDirectoryName(Path.GetDirectoryName(library));
        return root is not null && File.Exists(Path.Combine(root, "dotnet")) ? root : null;
    }
}
