using System.Reflection;
using System.Runtime.Loader;

namespace Aurora.PowerShell.Loading;

/// <summary>
/// The module's dependencies in a load context of their own, so that another module's version of the same library does no harm, and ours none to it.
/// Aurora's own assemblies are shared with a host that already brings them (a program that embeds both), because their types cross the border.
/// </summary>
internal sealed class ModuleDependencies : AssemblyLoadContext
{
    private readonly string _folder = Path.Combine(Path.GetDirectoryName(typeof(ModuleDependencies).Assembly.Location)!, "dependencies");

    internal ModuleDependencies()
        : base("Aurora")
    {
    }

    /// <summary>Asked when the default context does not find an assembly: answers for what the module brings, whoever asks.</summary>
    internal Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        File.Exists(FileOf(name)) ? LoadFromAssemblyName(name) : null;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name?.StartsWith("Aurora.", StringComparison.Ordinal) == true && FromHost(assemblyName) is { } shared)
        {
            return shared;
        }

        var file = FileOf(assemblyName);
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }

    private static Assembly? FromHost(AssemblyName name)
    {
        var trusted = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        return trusted.Any(path => Path.GetFileNameWithoutExtension(path) == name.Name) ? Default.LoadFromAssemblyName(name) : null;
    }

    private string FileOf(AssemblyName name) => Path.Combine(_folder, name.Name + ".dll");
}
