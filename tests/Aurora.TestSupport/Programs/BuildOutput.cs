using System.Reflection;

namespace Aurora.TestSupport.Programs;

/// <summary>Finds what the solution's build made, in the same configuration as the running tests.</summary>
public static class BuildOutput
{
    /// <summary>The repository's root: the folder that holds Aurora.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Debug or Release, as the tests were built.</summary>
    public static string Configuration { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug";

    /// <summary>The folder of a product project's output.</summary>
    public static string Of(string project) => Path.Combine(Root, project, "bin", Configuration, "net10.0");

    /// <summary>The command line program.</summary>
    public static string Aurora => Path.Combine(Of("Aurora.Cli"), "aurora");

    /// <summary>The broker alone.</summary>
    public static string Broker => Path.Combine(Of("Aurora.Broker"), "aurora-broker");

    /// <summary>The worker alone.</summary>
    public static string Worker => Path.Combine(Of("Aurora.Worker"), "aurora-worker");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Aurora.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Aurora.sln above {AppContext.BaseDirectory}.");
    }
}
