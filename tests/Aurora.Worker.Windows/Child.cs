using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Aurora.Worker.Windows;

/// <summary>What the launched processes of the tests do. Each writes a file named by its pid into the folder <c>pids</c> of its working directory.</summary>
internal static class Child
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        Directory.CreateDirectory("pids");
        await File.WriteAllTextAsync(Path.Combine("pids", $"{Environment.ProcessId}"), "");
        switch (arguments)
        {
            case ["wait"]:
                break;

            case ["tree", var depth] when int.Parse(depth, CultureInfo.InvariantCulture) is var left:
                if (left == 0)
                {
                    Ready();
                }
                else
                {
                    using var child = Process.Start(Environment.ProcessPath ?? "", ["child", "tree", $"{left - 1}"]);
                }

                break;

            case ["orphan"]:
                using (Process.Start(Environment.ProcessPath ?? "", ["child", "tree", "0"]))
                {
                    // What it started says "ready" and waits on.
                    while (!File.Exists("ready"))
                    {
                        await Task.Delay(10);
                    }

                    return 5;
                }

            case ["ask", var code]:
                var asked = new TaskCompletionSource();

                using (var stop = EventWaitHandle.OpenExisting(Environment.GetEnvironmentVariable("AURORA_STOP_EVENT") ?? ""))
                using (PosixSignalRegistration.Create(PosixSignal.SIGQUIT, context =>
                {
                    // .NET's name of CTRL_BREAK.
                    context.Cancel = true;
                    asked.TrySetResult();
                }))
                {
                    var waiting = ThreadPool.RegisterWaitForSingleObject(stop, (_, _) => asked.TrySetResult(), null, Timeout.Infinite, executeOnlyOnce: true);
                    Ready();
                    await asked.Task;
                    waiting.Unregister(null);
                    return int.Parse(code, CultureInfo.InvariantCulture);
                }

            case ["say", var word]:
                Console.Out.WriteLine(word);
                Console.Error.WriteLine($"{word}!");
                return 0;

            case ["arguments", .. var rest]:
                await File.WriteAllTextAsync("arguments", string.Join('\n', rest.Select(Uri.EscapeDataString)) + "\n");
                return 0;

            case ["environment"]:
                var names = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(e => $"{e.Key}={e.Value}");
                await File.WriteAllTextAsync("environment", string.Join('\n', names) + "\n");
                return 0;

            case ["allocate", var megabytes]:
                try
                {
                    unsafe
                    {
                        var memory = NativeMemory.AllocZeroed((nuint)long.Parse(megabytes, CultureInfo.InvariantCulture) << 20);
                        NativeMemory.Free(memory);
                    }

                    return 0;
                }
                catch (OutOfMemoryException)
                {
                    return 9;
                }

            default:
                return 99;
        }

        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static void Ready() => File.WriteAllText("ready", "ready\n");
}
