using Aurora.Core.Errors;
using Aurora.Shim.Native;
using Microsoft.Win32.SafeHandles;

namespace Aurora.Worker.Processes;

/// <summary>A frame for a shim, with the open files that go with it. Disposed when it was sent, or will never be.</summary>
/// <param name="Frame">The bytes.</param>
/// <param name="Files">The files; mostly none.</param>
internal readonly record struct ShimRequest(byte[] Frame, IReadOnlyList<SafeFileHandle> Files) : IDisposable
{
    /// <summary>A frame without files.</summary>
    /// <param name="frame">The bytes.</param>
    public ShimRequest(byte[] frame)
        : this(frame, [])
    {
    }

    /// <summary>Opens control files of a group for writing, as this program's user: that is whom the kernel asks when the shim writes.</summary>
    /// <param name="paths">The files.</param>
    /// <returns>The open files.</returns>
    /// <exception cref="AuroraException">AUR4003: one cannot be opened; then none is.</exception>
    public static IReadOnlyList<SafeFileHandle> Open(IReadOnlyList<string> paths)
    {
        var files = new List<SafeFileHandle>(paths.Count);
        foreach (var path in paths)
        {
            var descriptor = Libc.Open(path, Libc.OpenWriteOnly | Libc.OpenCloseOnExec, 0);
            if (descriptor < 0)
            {
                var error = Libc.LastError;
                files.ForEach(f => f.Dispose());
                throw new AuroraException(ErrorCodes.LaunchFailed, $"the control group's file {path} cannot be opened: {Libc.Describe(error)}");
            }

            files.Add(new SafeFileHandle(descriptor, ownsHandle: true));
        }

        return files;
    }

    /// <summary>The files' numbers, for as long as this is not disposed.</summary>
    /// <returns>The numbers.</returns>
    public int[] Descriptors()
    {
        var descriptors = new int[Files.Count];
        for (var i = 0; i < descriptors.Length; i++)
        {
            descriptors[i] = (int)Files[i].DangerousGetHandle();
        }

        return descriptors;
    }

    /// <summary>Closes the files here; the shim has its own by then.</summary>
    public void Dispose()
    {
        foreach (var file in Files)
        {
            file.Dispose();
        }
    }
}
