using System.Globalization;
using System.Text;
using Aurora.Shim.Native;

namespace Aurora.Shim;

/// <summary>
/// The shim's few words, to its stderr, which is the file shim.log. Not through Console, which would take over signals and child processes.
/// Never holds a command line, an environment or output of a job.
/// </summary>
internal static unsafe class ShimLog
{
    /// <summary>Writes a line.</summary>
    /// <param name="message">What happened.</param>
    public static void Write(string message)
    {
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:O} {message}\n"));
        fixed (byte* start = line)
        {
            _ = Libc.Write(2, start, line.Length);
        }
    }
}
