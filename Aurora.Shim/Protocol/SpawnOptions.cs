using Aurora.Shim.Groups;
using Aurora.Shim.Pumps;

namespace Aurora.Shim.Protocol;

/// <summary>What a spawn request may hold beside the plain launch.</summary>
internal sealed record SpawnOptions
{
    /// <summary>A plain launch.</summary>
    public static SpawnOptions Plain { get; } = new();

    /// <summary>How the process comes into its control group.</summary>
    public GroupWay Way { get; init; }

    /// <summary>How many open files of the group come with the frame.</summary>
    public int Descriptors { get; init; }

    /// <summary>How many processes and threads it may start, by RLIMIT_NPROC; 0: as many as the user may.</summary>
    public int MaxProcesses { get; init; }

    /// <summary>What becomes of stdout, when it goes through the shim; the process then opens the plan's FIFO.</summary>
    public PumpPlan? Output { get; init; }

    /// <summary>The same for stderr; null also where it shares stdout's FIFO.</summary>
    public PumpPlan? Error { get; init; }

    /// <summary>Reads the options.</summary>
    /// <param name="reader">A spawn request, at its end.</param>
    /// <returns>The options.</returns>
    public static SpawnOptions Read(FrameReader reader) => new()
    {
        Way = (GroupWay)reader.Int32(),
        Descriptors = reader.Int32(),
        MaxProcesses = reader.Int32(),
        Output = ReadPlan(reader),
        Error = ReadPlan(reader),
    };

    /// <summary>Appends the options.</summary>
    /// <param name="frame">A spawn request.</param>
    public void Write(FrameWriter frame)
    {
        frame.Int32((int)Way).Int32(Descriptors).Int32(MaxProcesses);
        WritePlan(frame, Output);
        WritePlan(frame, Error);
    }

    private static PumpPlan? ReadPlan(FrameReader reader)
    {
        if (reader.Int32() == 0)
        {
            return null;
        }

        var (file, copy) = (reader.Text(), reader.Text());
        return new PumpPlan(file, copy.Length == 0 ? null : copy, reader.Int64(), reader.Int32());
    }

    private static void WritePlan(FrameWriter frame, PumpPlan? plan)
    {
        if (plan is null)
        {
            frame.Int32(0);
            return;
        }

        frame.Int32(1).Text(plan.File).Text(plan.Copy ?? "").Int64(plan.RotateAt).Int32(plan.Backups);
    }
}
