using Aurora.Shim.Native;

namespace Aurora.Shim.Runs;

/// <summary>The thread that waits for the ends of processes which an earlier shim had started. It ends with the last of them.</summary>
/// <param name="runs">The runs.</param>
internal sealed unsafe class AdoptedWatch(RunTable runs)
{
    private const short Readable = 1;

    /// <summary>Opens a handle to each adopted process and starts the thread.</summary>
    /// <returns>How many processes are watched.</returns>
    public int Start()
    {
        var watched = new List<(RunKey Key, int Descriptor)>();
        runs.WithAll(all => watched.AddRange(all.Where(r => r.Running).Select(r => (r.Key, PidFd.Open(r.Pid, r.StartTime)))));
        if (watched.Count > 0)
        {
            new Thread(() => Loop(watched), maxStackSize: 256 * 1024) { IsBackground = true, Name = "adopted" }.Start();
        }

        return watched.Count;
    }

    private void Loop(List<(RunKey Key, int Descriptor)> watched)
    {
        while (watched.Count > 0)
        {
            var descriptors = watched.Select(w => new Libc.PollDescriptor { Descriptor = w.Descriptor, Events = Readable }).ToArray();
            if (watched.TrueForAll(w => w.Descriptor >= 0))
            {
                fixed (Libc.PollDescriptor* start = descriptors)
                {
                    _ = Libc.Poll(start, (nuint)descriptors.Length, -1);
                }
            }

            for (var i = watched.Count - 1; i >= 0; i--)
            {
                if (descriptors[i].Returned == 0 && descriptors[i].Descriptor >= 0)
                {
                    continue;
                }

                runs.EndAdopted(watched[i].Key);
                _ = Libc.Close(watched[i].Descriptor);
                watched.RemoveAt(i);
            }
        }
    }
}
