using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Aurora.PowerShell.Pipeline;

namespace Aurora.PowerShell.Loading;

/// <summary>
/// Import and removal of the module. Nothing here may touch a type of the dependencies before they can be found; nor may a public class of this assembly
/// have a base class, an interface or a field of a value type from there, since the engine loads all public classes before it calls <see cref="OnImport"/>.
/// </summary>
public sealed class ModuleEvents : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static readonly ModuleDependencies Dependencies = new();

    /// <summary>Makes the dependencies findable.</summary>
    public void OnImport() => AssemblyLoadContext.Default.Resolving += Dependencies.Resolve;

    /// <summary>Closes connections. The dependencies stay findable: objects that the module gave out are still there.</summary>
    /// <param name="psModuleInfo">The module.</param>
    public void OnRemove(PSModuleInfo psModuleInfo) => CloseConnections();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CloseConnections() => PipelinePump.Run(Connections.CloseAllAsync);
}
