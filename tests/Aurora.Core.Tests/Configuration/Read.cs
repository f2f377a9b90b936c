using System.Text.Json.Nodes;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

/// <summary>Reads jobs from JSON as the tests have it.</summary>
internal static class Read
{
    /// <summary>The tutorial's job.</summary>
    public const string Tutorial = """
        {
          "cluster": "devcluster", "role": "www-data", "environment": "devel", "service": true,
          "task": {
            "processes": [
              { "name": "fetch_package", "cmdline": "cp {{pkg_path}} . && echo {{pkg_checksum}} && chmod +x hello_world.py" },
              { "name": "hello_world", "cmdline": "python3 -u hello_world.py" }
            ],
            "constraints": [ { "order": ["fetch_package", "hello_world"] } ],
            "resources": { "cpu": 1, "ram": "1MB", "disk": "8 MB" }
          }
        }
        """;

    /// <summary>A small valid job.</summary>
    public const string Small = """
        {"cluster":"c1","role":"www","environment":"prod","name":"j",
         "task":{"name":"t","processes":[{"name":"p","cmdline":"true"}],"resources":{"cpu":1.5,"ram":1048576,"disk":2097152}}}
        """;

    public static JsonObject Tree(string json) => (JsonObject)JsonNode.Parse(json)!;

    public static JobReading Text(string json, params (string Name, string Value)[] bindings) => Job(Tree(json), bindings);

    public static JobReading Job(JsonObject tree, params (string Name, string Value)[] bindings) =>
        JobConfigurationReader.Read(tree, new JobReadingOptions { Bindings = bindings.ToDictionary(b => b.Name, b => b.Value) });

    /// <summary>The small job with one value put at a path such as <c>task.processes[0].cmdline</c>.</summary>
    public static JobReading With(string path, string json, params (string Name, string Value)[] bindings) => Job(SmallWith((path, json)), bindings);

    public static JsonObject SmallWith(params (string Path, string Json)[] values)
    {
        var tree = Tree(Small);
        foreach (var (path, json) in values)
        {
            JsonNode at = tree;
            var parts = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
            foreach (var part in parts[..^1])
            {
                at = at is JsonArray list ? list[int.Parse(part)]! : at[part] ??= new JsonObject();
            }

            if (at is JsonArray items)
            {
                items[int.Parse(parts[^1])] = JsonNode.Parse(json);
            }
            else
            {
                at[parts[^1]] = JsonNode.Parse(json);
            }
        }

        return tree;
    }

    public static JobConfiguration Good(this JobReading reading)
    {
        Assert.Empty(reading.Faults);
        return reading.Job!;
    }

    public static Fault Only(this JobReading reading)
    {
        Assert.Null(reading.Job);
        return Assert.Single(reading.Faults);
    }
}
