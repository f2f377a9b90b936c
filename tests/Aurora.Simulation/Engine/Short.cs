using Aurora.Core.Jobs;

namespace Aurora.Simulation.Engine;

/// <summary>Ids as a trace shows them.</summary>
internal static class Short
{
    /// <summary>The job's name, the instance and the first digits of what makes the id unique.</summary>
    public static string Of(TaskId task)
    {
        var parts = task.Value.Split('-');
        return parts.Length < 8 ? task.Value : $"{parts[^7]}/{parts[^6]}:{parts[^5][..6]}";
    }
}
