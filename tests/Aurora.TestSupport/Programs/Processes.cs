namespace Aurora.TestSupport.Programs;

/// <summary>Looks at the machine's processes, to see that nothing was left behind.</summary>
public static class Processes
{
    /// <summary>Other processes that have a folder in their command line or work inside it: <c>pid: command line</c>.</summary>
    public static IReadOnlyList<string> Mentioning(string folder)
    {
        var found = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out var pid) && pid != Environment.ProcessId))
        {
            try
            {
                var commandLine = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                var working = new FileInfo(Path.Combine(process, "cwd")).LinkTarget ?? "";
                if (commandLine.Contains(folder, StringComparison.Ordinal) || working.StartsWith(folder, StringComparison.Ordinal))
                {
                    found.Add($"{Path.GetFileName(process)}: {commandLine}");
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }
}
