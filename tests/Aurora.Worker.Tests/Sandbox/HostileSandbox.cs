using System.Diagnostics;
using Aurora.TestSupport;
using Aurora.Worker.Sandbox;

namespace Aurora.Worker.Tests.Sandbox;

/// <summary>A task's folder whose sandbox belongs to another user when the test runs as root, as it does on a worker.</summary>
internal sealed class HostileSandbox : IDisposable
{
    private readonly TemporaryFolder _temporary = new("sandbox");

    public HostileSandbox()
    {
        Folder = new TaskFolder(_temporary["task"]);
        Directory.CreateDirectory(Folder.Sandbox);
        Run("true");
    }

    public TaskFolder Folder { get; }

    public string Outside => _temporary["outside"];

    public string this[string name] => Path.Combine(Folder.Sandbox, name);

    /// <summary>Runs a line of sh in the sandbox and gives everything that is there afterwards to the role, but links to the outside.</summary>
    public void Run(string line, bool giveToRole = true)
    {
        var give = giveToRole && Environment.IsPrivilegedProcess ? "; find . -xdev -links -2 -exec chown -h www-data {} +; find . -xdev -type d -exec chown www-data {} +" : "";
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"set -e; {line}{give}"]) { WorkingDirectory = Folder.Sandbox, RedirectStandardError = true })!;
        var error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException(error);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder.Sandbox))
        {
            Run("find . -mindepth 1 -delete", giveToRole: false); // Names that are no UTF-8 are beyond the class library.
        }

        _temporary.Dispose();
    }
}
