using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Aurora.Client.Jobs;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.PowerShell.Input;

/// <summary>Makes a job out of what <c>-Configuration</c> is given: a configuration as Get-AuroraJob gives it, or a hashtable or object in the shape of a job file.</summary>
internal static class JobObject
{
    private const int MaxDepth = 32;

    /// <param name="value">A <see cref="JobConfiguration"/>, a dictionary or an object with properties.</param>
    /// <param name="key">The job; null takes the one that stands in the value. Parts that the value leaves out come from here.</param>
    /// <param name="bindings">Values for templates.</param>
    /// <exception cref="AuroraException">AUR1xxx, with every fault.</exception>
    internal static JobConfiguration Read(object value, JobKey? key, IReadOnlyDictionary<string, string> bindings)
    {
        var job = Unwrap(value) as JobConfiguration ?? ReadShape(value, key, bindings);
        return key is null || job.Key == key
            ? JobSource.Supported(job)
            : throw new AuroraException(new Fault(ErrorCodes.InvalidArgument, "Key", key.ToString(), $"the configuration is of {job.Key}"));
    }

    private static JobConfiguration ReadShape(object value, JobKey? key, IReadOnlyDictionary<string, string> bindings)
    {
        if (ToJson(value, 0) is not JsonObject source)
        {
            throw new AuroraException(new Fault(ErrorCodes.WrongType, "Configuration", value.GetType().Name, "must be a hashtable or object in the shape of a job file"));
        }

        if (key is not null)
        {
            source.TryAdd("cluster", key.Cluster);
            source.TryAdd("role", key.Role);
            source.TryAdd("environment", key.Environment);
            source.TryAdd("name", key.Name);
        }

        var reading = JobConfigurationReader.Read(source, new JobReadingOptions { Bindings = bindings });
        return reading.Job is { } job && reading.Faults.Count == 0 ? job : throw new AuroraException(reading.Faults);
    }

    private static JsonNode? ToJson(object? value, int depth) => (Unwrap(value), depth) switch
    {
        (null, _) => null,
        (_, > MaxDepth) => throw new AuroraException(new Fault(ErrorCodes.WrongType, "Configuration", "", $"is nested deeper than {MaxDepth} levels")),
        (string text, _) => JsonValue.Create(text),
        (bool flag, _) => JsonValue.Create(flag),
        (SwitchParameter flag, _) => JsonValue.Create(flag.IsPresent),
        (IDictionary map, _) => FromMap(map, depth),
        (IEnumerable items, _) => new JsonArray([.. items.Cast<object?>().Select(item => ToJson(item, depth + 1))]),
        (PSCustomObject, _) => FromProperties(PSObject.AsPSObject(value), depth),
        (int or long or short or byte or uint or ushort or sbyte, _) => JsonValue.Create(Convert.ToInt64(Unwrap(value), CultureInfo.InvariantCulture)),
        (double or float or decimal, _) => JsonValue.Create(Convert.ToDouble(Unwrap(value), CultureInfo.InvariantCulture)),
        (var other, _) => JsonValue.Create(Convert.ToString(other, CultureInfo.InvariantCulture)),
    };

    private static JsonObject FromMap(IDictionary map, int depth)
    {
        var json = new JsonObject();
        foreach (DictionaryEntry entry in map)
        {
            json[Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? ""] = ToJson(entry.Value, depth + 1);
        }

        return json;
    }

    private static JsonObject FromProperties(PSObject value, int depth)
    {
        var json = new JsonObject();
        foreach (var property in value.Properties)
        {
            json[property.Name] = ToJson(property.Value, depth + 1);
        }

        return json;
    }

    private static object? Unwrap(object? value) => value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value is PSObject bare ? bare.BaseObject : value;
}
