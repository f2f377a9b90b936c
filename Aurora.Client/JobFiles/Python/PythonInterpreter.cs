using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles.Python;

/// <summary>Finds the Python that runs .aurora files.</summary>
internal static class PythonInterpreter
{
    private static readonly string[] Endings = OperatingSystem.IsWindows() ? [".exe", ""] : [""];

    /// <summary>The interpreter's full path.</summary>
    /// <param name="wanted">A path, or a name to look up; null is <c>python3</c> (on Windows also <c>python</c>).</param>
    /// <param name="searchPath">The folders to look in, as PATH has them.</param>
    /// <exception cref="AuroraException">AUR1003, saying what to install.</exception>
    public static string Find(string? wanted, string searchPath)
    {
        if (wanted is not null && wanted.AsSpan().ContainsAny('/', '\\'))
        {
            return File.Exists(wanted) ? Path.GetFullPath(wanted) : throw Missing($"'{wanted}' does not exist");
        }

        string[] names = wanted is not null ? [wanted] : OperatingSystem.IsWindows() ? ["python3", "python"] : ["python3"];
        var found = from folder in searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                    from name in names
                    from ending in Endings
                    let path = Path.Combine(folder, name + ending)
                    where File.Exists(path)
                    select path;
        return found.FirstOrDefault() ?? throw Missing($"no {names[0]} on PATH");
    }

    /// <summary>The error for a Python before 3.9.</summary>
    public static AuroraException TooOld(string interpreter, string said) =>
        Missing($"'{interpreter}' is too old ({said.Trim()})");

    /// <summary>The error for a Python that could not be started.</summary>
    public static AuroraException Missing(string why) => new(new Fault(
        ErrorCodes.PythonMissing, "python3", "",
        $"{why}; .aurora files are Python and need python3 3.9 or later: install it (Debian, Ubuntu: apt-get install python3; Windows: winget install Python.Python.3.13), or use .json or .yaml"));
}
