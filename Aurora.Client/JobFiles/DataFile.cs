using Aurora.Client.JobFiles.Sources;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles;

/// <summary>Takes a JSON or YAML file apart into its jobs.</summary>
internal static class DataFile
{
    /// <summary>Top-level names that start so are the file's own, for YAML anchors to hang on.</summary>
    private const string OwnPrefix = "x-";

    public static JobFile Read(SourceText text, Func<SourceText, SourceNode> parse, JobFileOptions options)
    {
        var entries = new List<JobEntry>();
        var faults = new List<Fault>();
        var budget = SourceLimits.Nodes;
        foreach (var (path, node) in Jobs(text, parse(text), faults))
        {
            if (node is SourceMap map)
            {
                entries.Add(Entry(text, map, options, ref budget));
            }
            else
            {
                faults.Add(text.Fault(ErrorCodes.WrongType, node.At, path, "", $"must be a job, not {node.Kind}"));
            }
        }

        return faults.Count == 0 ? new JobFile(text.Path, entries, "") : throw new AuroraException(faults);
    }

    private static IEnumerable<(string Path, SourceNode Node)> Jobs(SourceText text, SourceNode root, List<Fault> faults)
    {
        if (root is not SourceMap map || map.Find("jobs") is not { } jobs)
        {
            return root is SourceList bare ? Items(bare, "") : [("file", root)];
        }

        faults.AddRange(map.Fields
            .Where(f => f.Name != "jobs" && !f.Name.StartsWith(OwnPrefix, StringComparison.Ordinal))
            .Select(f => text.Fault(ErrorCodes.UnknownField, f.At, f.Name, "", $"only 'jobs' and names that start with '{OwnPrefix}' may stand beside 'jobs'")));
        if (jobs is SourceList list)
        {
            return Items(list, "jobs");
        }

        faults.Add(text.Fault(ErrorCodes.WrongType, jobs.At, "jobs", "", $"must be a list of jobs, not {jobs.Kind}"));
        return [];
    }

    private static IEnumerable<(string, SourceNode)> Items(SourceList list, string path) => list.Items.Select((item, i) => ($"{path}[{i}]", item));

    private static JobEntry Entry(SourceText text, SourceMap job, JobFileOptions options, ref int budget)
    {
        var (source, locate) = SourceTree.Write(text, job, ref budget);
        var reading = new JobReadingOptions
        {
            Bindings = options.Bindings,
            Locate = path => locate(path) is { } at ? new SourceLocation(text.Path, at.Line, at.Column) : null,
        };
        return new(source, reading, []);
    }
}
