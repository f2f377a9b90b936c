using System.Text.Json;
using Aurora.Core.Configuration;
using Aurora.Core.Errors;
using Aurora.Core.Jobs;

namespace Aurora.Worker.Hosting;

/// <summary>
/// Reads <c>aurora-worker</c>'s configuration, a JSON object with these fields, of which the first two are required: <c>folder</c>, <c>amqp</c>; <c>id</c>, <c>hostname</c>,
/// <c>resources</c> (<c>cpu</c>, <c>ram</c>, <c>disk</c>, <c>gpu</c>: numbers, or text such as <c>"2GB"</c>), <c>attributes</c>, <c>heartbeat_secs</c>, <c>kill_wait_secs</c>,
/// <c>retention_secs</c>, <c>failed_retention_secs</c>, <c>retention_count</c>, <c>retention_bytes</c>, <c>ports</c>, <c>ram_allowance</c>, <c>cpu_limit</c>, <c>max_processes</c>,
/// <c>isolation</c>, <c>cgroup_parent</c>, <c>logger</c> (<c>destination</c>, <c>mode</c>, <c>log_size</c>, <c>backups</c>), <c>launch_limit</c>, <c>shim_idle_secs</c>, <c>allow_root</c>, <c>run_all_roles_as_current_user</c>, <c>shell</c>, <c>search_path</c>.
/// </summary>
internal sealed class WorkerOptionsFile
{
    private readonly string _file;
    private readonly List<Fault> _faults = [];
    private WorkerOptions _options;
    private Uri? _amqp;

    private WorkerOptionsFile(string file, string folder)
    {
        _file = file;
        _options = new WorkerOptions { Folder = folder, Total = Machine.Resources(Path.IsPathFullyQualified(folder) ? folder : "/") };
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its path.</param>
    /// <returns>The options and the bus's address.</returns>
    /// <exception cref="AuroraException">AUR5001 with every fault that the file has.</exception>
    public static (WorkerOptions Options, Uri Amqp) Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(file, document.RootElement)
                : throw new AuroraException(new Fault(ErrorCodes.InvalidConfiguration, "", "", "must be a JSON object") { File = file });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AuroraException(new Fault(ErrorCodes.InvalidConfiguration, "--config", file, $"cannot be read: {e.Message}"));
        }
    }

    private static (WorkerOptions Options, Uri Amqp) Read(string file, JsonElement root)
    {
        var folder = root.TryGetProperty("folder", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() ?? "" : "";
        var reading = new WorkerOptionsFile(file, folder);
        foreach (var field in root.EnumerateObject())
        {
            reading.Take(field.Name, field.Value);
        }

        reading._faults.AddRange(reading._options.Validate().Select(fault => fault with { File = file }));
        if (reading._amqp is null && !reading._faults.Exists(f => f.Field == "amqp"))
        {
            reading.Refuse("amqp", "", "is required: the address of the message bus, for example amqp://user:password@host:5672/vhost");
        }

        return reading is { _faults: [], _amqp: { } amqp } ? (reading._options, amqp) : throw new AuroraException(reading._faults);
    }

    private void Take(string name, JsonElement value)
    {
        _options = name switch
        {
            "folder" => _options, // Taken first, since a default depends on it.
            "amqp" => TakeAmqp(value),
            "id" => _options with { Id = new WorkerId(Text(name, value)) },
            "hostname" => _options with { Hostname = Text(name, value) },
            "shell" => _options with { Shell = Text(name, value) },
            "search_path" => _options with { SearchPath = Text(name, value) },
            "resources" => _options with { Total = Resources(value) },
            "attributes" => _options with { Attributes = Attributes(value) },
            "heartbeat_secs" => _options with { HeartbeatInterval = Seconds(name, value) },
            "kill_wait_secs" => _options with { KillWait = Seconds(name, value) },
            "retention_secs" => _options with { Retention = _options.Retention with { Age = Seconds(name, value) } },
            "failed_retention_secs" => _options with { Retention = _options.Retention with { FailedAge = Seconds(name, value) } },
            "retention_bytes" => _options with { Retention = _options.Retention with { TotalBytes = Amount(name, value) } },
            "ports" => _options with { Ports = Text(name, value) },
            "ram_allowance" => _options with { RamAllowance = Amount(name, value) },
            "cpu_limit" => _options with { CpuLimit = Text(name, value) },
            "max_processes" => _options with { MaxProcesses = (int)Number(name, value) },
            "isolation" => _options with { Isolation = Text(name, value) },
            "cgroup_parent" => _options with { CgroupParent = Text(name, value) },
            "logger" => _options with { Logger = Logger(value) },
            "shim_idle_secs" => _options with { ShimIdle = Seconds(name, value) },
            "retention_count" => _options with { Retention = _options.Retention with { Count = (int)Number(name, value) } },
            "launch_limit" => _options with { LaunchLimit = (int)Number(name, value) },
            "allow_root" => _options with { AllowRoot = Flag(name, value) },
            "run_all_roles_as_current_user" => _options with { RunAllRolesAsCurrentUser = Flag(name, value) },
            _ => Unknown(name),
        };
    }

    private WorkerOptions TakeAmqp(JsonElement value)
    {
        if (Uri.TryCreate(Text("amqp", value), UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps")
        {
            _amqp = uri;
        }
        else
        {
            Refuse("amqp", "", "must be an amqp:// or amqps:// address"); // Without the value: it may hold a password.
        }

        return _options;
    }

    private ResourceGrant Resources(JsonElement value)
    {
        var total = _options.Total;
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse("resources", value.ToString(), "must be an object");
            return total;
        }

        foreach (var field in value.EnumerateObject())
        {
            total = field.Name switch
            {
                "cpu" => total with { Cpu = Number("resources.cpu", field.Value) },
                "ram" => total with { Ram = Amount("resources.ram", field.Value) },
                "disk" => total with { Disk = Amount("resources.disk", field.Value) },
                "gpu" => total with { Gpu = Whole("resources.gpu", field.Value) },
                _ => UnknownResource(field.Name, total),
            };
        }

        return total;
    }

    private SortedDictionary<string, string> Attributes(JsonElement value)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse("attributes", value.ToString(), "must be an object of texts");
            return attributes;
        }

        foreach (var field in value.EnumerateObject())
        {
            attributes[field.Name] = Text($"attributes.{field.Name}", field.Value);
        }

        return attributes;
    }

    private LoggerConfiguration Logger(JsonElement value)
    {
        var logger = new LoggerConfiguration();
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse("logger", value.ToString(), "must be an object");
            return logger;
        }

        foreach (var field in value.EnumerateObject())
        {
            var rotate = logger.Rotate ?? new RotatePolicyConfiguration();
            logger = field.Name switch
            {
                "destination" => logger with { Destination = Text("logger.destination", field.Value) },
                "mode" => logger with { Mode = Text("logger.mode", field.Value) },
                "log_size" => logger with { Rotate = rotate with { LogSize = Amount("logger.log_size", field.Value) } },
                "backups" => logger with { Rotate = rotate with { Backups = (int)Number("logger.backups", field.Value) } },
                _ => UnknownOfLogger(field.Name, logger),
            };
        }

        return logger;
    }

    private LoggerConfiguration UnknownOfLogger(string name, LoggerConfiguration logger)
    {
        Refuse($"logger.{name}", "", "is no field; there are destination, mode, log_size and backups");
        return logger;
    }

    private long Amount(string name, JsonElement value)
    {
        if (ResourceAmount.TryParse(value.ToString(), out var bytes))
        {
            return bytes;
        }

        Refuse(name, value.ToString(), "must be bytes, or a number with a unit such as 512MB");
        return long.MaxValue;
    }

    private TimeSpan Seconds(string name, JsonElement value) => TimeSpan.FromSeconds(Math.Clamp(Number(name, value), -1, 1e9));

    private double Number(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number))
        {
            return number;
        }

        Refuse(name, value.ToString(), "must be a number");
        return 1;
    }

    private int Whole(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
        {
            return number;
        }

        Refuse(name, value.ToString(), "must be a whole number");
        return 0;
    }

    private string Text(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString() ?? "";
        }

        Refuse(name, value.ToString(), "must be a text");
        return "";
    }

    private bool Flag(string name, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Refuse(name, value.ToString(), "must be true or false");
        return false;
    }

    private WorkerOptions Unknown(string name)
    {
        Refuse(name, "", "is no field of a worker's configuration");
        return _options;
    }

    private ResourceGrant UnknownResource(string name, ResourceGrant total)
    {
        Refuse($"resources.{name}", "", "is no field; there are cpu, ram, disk and gpu");
        return total;
    }

    private void Refuse(string field, string value, string rule) =>
        _faults.Add(new Fault(ErrorCodes.InvalidConfiguration, field, value.Length > 200 ? value[..200] : value, rule) { File = _file });
}
