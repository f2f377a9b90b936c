using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Aurora.Shim.Native;
using Aurora.Shim.Trees;

namespace Aurora.Worker.Isolation.Cgroups;

/// <summary>Reads and writes the kernel's control files: small texts, each written in one go.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class CgroupFile
{
    private const int Truncate = 0x200;

    /// <summary>Writes a control file that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="value">The value.</param>
    /// <returns>Null, or what the kernel says against it, with the path and the value.</returns>
    public static string? Write(string path, string value)
    {
        var descriptor = Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenCloseOnExec | Truncate, 0);
        if (descriptor < 0)
        {
            return $"{path} cannot be opened: {Libc.Describe(Libc.LastError)}";
        }

        var bytes = Encoding.ASCII.GetBytes(value);
        fixed (byte* start = bytes)
        {
            var refused = Libc.Write(descriptor, start, bytes.Length) == bytes.Length ? null : $"{path} does not take '{value}': {Libc.Describe(Libc.LastError)}";
            _ = Libc.Close(descriptor);
            return refused;
        }
    }

    /// <summary>Writes a number.</summary>
    /// <param name="path">The file.</param>
    /// <param name="value">The value.</param>
    /// <returns>As <see cref="Write(string, string)"/>.</returns>
    public static string? Write(string path, long value) => Write(path, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads a file that holds one number.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The number; null when there is no file, or no number in it (<c>max</c>).</returns>
    public static long? ReadNumber(string path) => Number(ProcFs.ReadText(path));

    /// <summary>Reads one number of a file of lines <c>name number</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The name.</param>
    /// <returns>The number; null when it is not there.</returns>
    public static long? ReadNumber(string path, string name)
    {
        foreach (var line in (ProcFs.ReadText(path) ?? "").AsSpan().EnumerateLines())
        {
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal))
            {
                return Number(line[(name.Length + 1)..]);
            }
        }

        return null;
    }

    /// <summary>Reads a file of words or numbers, such as <c>cgroup.procs</c> or <c>cgroup.controllers</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The words; none when there is no file.</returns>
    public static string[] ReadWords(string path) => (ProcFs.ReadText(path) ?? "").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static long? Number(ReadOnlySpan<char> text)
    {
        // "No limit" is a number beyond 63 bits in some files of v1.
        var trimmed = text.Trim();
        return ulong.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? (long)Math.Min(value, long.MaxValue) : null;
    }
}
