using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Aurora.Benchmarks;

/// <summary>
/// The limit of the machine: a bare posix_spawn loop that keeps four children of one argument vector alive and reaps them. Every ratio that the
/// benchmarks print is against this, measured in the same run, because absolute times drift with the machine.
/// </summary>
internal static unsafe partial class SpawnLoop
{
    private const int AtOnce = 4;

    /// <summary>Spawns and reaps <paramref name="count"/> processes.</summary>
    /// <returns>Processes per second.</returns>
    public static double Run(IReadOnlyList<string> arguments, int count)
    {
        var argv = Native(arguments);
        var envp = Native(["PATH=/usr/bin:/bin"]);
        try
        {
            var clock = Stopwatch.StartNew();
            var started = 0;
            var running = 0;
            while (started < count || running > 0)
            {
                while (running < AtOnce && started < count)
                {
                    var error = PosixSpawn(out _, argv[0], null, null, argv, envp);
                    if (error != 0)
                    {
                        throw new InvalidOperationException($"posix_spawn of {arguments[0]} failed with errno {error}.");
                    }

                    started++;
                    running++;
                }

                if (WaitPid(-1, out var status, 0) <= 0 || status != 0)
                {
                    throw new InvalidOperationException($"A child of the loop ended with status {status}.");
                }

                running--;
            }

            return count / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            Free(argv);
            Free(envp);
        }
    }

    private static byte** Native(IReadOnlyList<string> texts)
    {
        var array = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(texts[i]);
            array[i] = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(array[i], bytes.Length));
        }

        return array;
    }

    private static void Free(byte** array)
    {
        for (var i = 0; array[i] is not null; i++)
        {
            NativeMemory.Free(array[i]);
        }

        NativeMemory.Free(array);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int PosixSpawn(out int pid, byte* path, void* actions, void* attributes, byte** argv, byte** envp);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, out int status, int options);
}
