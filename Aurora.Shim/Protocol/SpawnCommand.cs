using Aurora.Shim.Runs;

namespace Aurora.Shim.Protocol;

/// <summary>
/// What to start. The texts stay where they lie in the frame, zero-terminated, and posix_spawn reads them there: a launch costs the shim no
/// strings. All numbers but the key are offsets into <see cref="Frame"/>.
/// </summary>
internal sealed class SpawnCommand
{
    private SpawnCommand(FrameReader reader)
    {
        Frame = reader.Frame;
        Key = reader.Key();
        WorkingDirectory = reader.TextOffset();
        StandardOutput = reader.TextOffset();
        StandardError = reader.TextOffset();
        Arguments = Offsets(reader);
        Environment = Offsets(reader);
        Options = SpawnOptions.Read(reader);
        if (Arguments.Length == 0)
        {
            throw new InvalidDataException("A spawn request has no arguments.");
        }
    }

    /// <summary>The run.</summary>
    public RunKey Key { get; }

    /// <summary>The bytes that the offsets point into.</summary>
    public byte[] Frame { get; }

    /// <summary>The working directory.</summary>
    public int WorkingDirectory { get; }

    /// <summary>The file for stdout.</summary>
    public int StandardOutput { get; }

    /// <summary>The file for stderr.</summary>
    public int StandardError { get; }

    /// <summary>The arguments; the first is the program's path.</summary>
    public int[] Arguments { get; }

    /// <summary>The environment's entries, NAME=VALUE.</summary>
    public int[] Environment { get; }

    /// <summary>The rest.</summary>
    public SpawnOptions Options { get; }

    /// <summary>Whether stderr goes into the FIFO of stdout.</summary>
    public bool OnePipe => Options.Output is { } output && output.Fifo == TextAt(StandardError);

    /// <summary>Reads a spawn request.</summary>
    /// <param name="reader">A frame of kind <see cref="FrameKind.Spawn"/>.</param>
    /// <returns>The command.</returns>
    public static SpawnCommand Read(FrameReader reader) => new(reader);

    /// <summary>Writes a spawn request.</summary>
    /// <param name="request">The request's number.</param>
    /// <param name="key">The run.</param>
    /// <param name="files">Working directory, file for stdout, file for stderr.</param>
    /// <param name="arguments">The arguments; the first is the program's path.</param>
    /// <param name="environment">The environment's entries, NAME=VALUE.</param>
    /// <param name="options">The rest.</param>
    /// <returns>The frame.</returns>
    public static byte[] Write(
        int request,
        RunKey key,
        (string WorkingDirectory, string Output, string Error) files,
        IReadOnlyCollection<string> arguments,
        IReadOnlyCollection<string> environment,
        SpawnOptions options)
    {
        var frame = new FrameWriter(FrameKind.Spawn, request).Key(key).Text(files.WorkingDirectory).Text(files.Output).Text(files.Error);
        foreach (var list in new[] { arguments, environment })
        {
            frame.Int32(list.Count);
            foreach (var text in list)
            {
                frame.Text(text);
            }
        }

        options.Write(frame);
        return frame.ToArray();
    }

    /// <summary>A text of the command.</summary>
    /// <param name="offset">One of the offsets.</param>
    /// <returns>The text.</returns>
    public string TextAt(int offset)
    {
        var bytes = Frame.AsSpan(offset);
        return System.Text.Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }

    private static int[] Offsets(FrameReader reader)
    {
        var offsets = new int[reader.Count()];
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = reader.TextOffset();
        }

        return offsets;
    }
}
