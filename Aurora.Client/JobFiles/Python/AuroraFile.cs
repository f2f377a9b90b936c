using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Client.JobFiles.Sources;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;

namespace Aurora.Client.JobFiles.Python;

/// <summary>
/// Evaluates an .aurora file (aurora-spec appendix B): python3 runs it with our schema modules, binds its templates, and answers with the jobs, or with
/// what is wrong and where. The modules and the bindings go in through standard input, so that nothing is written to disk or shown in a process list.
/// </summary>
internal sealed class AuroraFile(TimeProvider time)
{
    private const int OldPythonExitCode = 97; // said by bootstrap.py
    private const long MemoryBytes = 2L * 1024 * 1024 * 1024;

    public async Task<JobFile> ReadAsync(string path, JobFileOptions options, CancellationToken cancellationToken)
    {
        var interpreter = PythonInterpreter.Find(options.PythonPath, Environment.GetEnvironmentVariable("PATH") ?? "");
        var outcome = await PythonRun.RunAsync(interpreter, PythonModules.Bootstrap, Request(path, options), options.PythonTimeout, time, cancellationToken).ConfigureAwait(false);
        return outcome.End switch
        {
            PythonEnd.TimedOut => throw Failed(path, $"the file was still running after {options.PythonTimeout.TotalSeconds:0.#} s and was ended"),
            PythonEnd.TooMuchOutput => throw Failed(path, $"the file printed, or its jobs came to, more than {PythonRun.MaximumOutput / 1024 / 1024} MB"),
            _ when outcome.ExitCode == OldPythonExitCode && outcome.Answer.Length == 0 => throw PythonInterpreter.TooOld(interpreter, outcome.Printed),
            _ when outcome.Answer.Length == 0 => throw Failed(path, $"python ended with exit code {outcome.ExitCode} before the jobs were read{LastLine(outcome.Printed)}"),
            _ => Answered(path, outcome),
        };
    }

    private static byte[] Request(string path, JobFileOptions options)
    {
        var bindings = new JsonObject(options.Bindings.Select(b => KeyValuePair.Create(b.Key, (JsonNode?)JsonValue.Create(b.Value))));
        var request = new JsonObject
        {
            ["modules"] = PythonModules.AsJson(),
            ["file"] = Path.GetFullPath(path),
            ["bindings"] = bindings,
            ["seconds"] = options.PythonTimeout.TotalSeconds,
            ["memory"] = MemoryBytes,
        };
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(request, PythonModules.Json);
    }

    private static JobFile Answered(string path, PythonOutcome outcome)
    {
        var answer = JsonNode.Parse(outcome.Answer, documentOptions: new() { MaxDepth = SourceLimits.Depth * 2 })!.AsObject(); // our own module wrote it
        if (answer["error"] is JsonObject error)
        {
            throw new AuroraException(AnsweredFault.Of(error, path));
        }

        return new JobFile(path, [.. answer["jobs"]!.AsArray().Select(job => Entry(path, job!.AsObject()))], outcome.Printed);
    }

    private static JobEntry Entry(string path, JsonObject answered)
    {
        var places = answered["places"]!.AsObject().ToDictionary(p => p.Key, p => ((string)p.Value![0]!, (int)p.Value[1]!), StringComparer.Ordinal);
        SourceLocation? Locate(string field) =>
            PlacePath.Nearest(places, field) is var (file, line) ? new SourceLocation(AnsweredFault.Shown(file, path), line, JobFile.NoColumn) : null;

        var faults = answered["faults"]!.AsArray().Select(f => AnsweredFault.Of(f!.AsObject(), Locate));
        var source = answered["job"]!.AsObject();
        answered.Remove("job"); // a node has one parent at a time

        // What Python bound is passed through the reader's own binding without any values: it finds what is still unbound, and nothing else changes.
        return new(source, new JobReadingOptions { Locate = Locate }, [.. faults]);
    }

    private static AuroraException Failed(string path, string rule) =>
        new(new Fault(ErrorCodes.PythonFailed, "python", "", rule) { File = path });

    private static string LastLine(string printed)
    {
        var line = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return line is null ? "" : $"; it said last: {(line.Length > 200 ? line[..200] + "..." : line)}";
    }
}
