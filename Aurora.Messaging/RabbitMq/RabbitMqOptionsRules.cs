using System.Globalization;
using Aurora.Core.Errors;

namespace Aurora.Messaging.RabbitMq;

/// <summary>The rules of <see cref="RabbitMqOptions"/>.</summary>
public static class RabbitMqOptionsRules
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>Checks options as a whole.</summary>
    /// <param name="options">The options.</param>
    /// <returns>All faults, in the order of the properties; empty when the options can be used. No fault carries a password.</returns>
    public static IReadOnlyList<Fault> Check(RabbitMqOptions options)
    {
        var faults = new List<Fault>();
        CheckAddresses(options.Addresses, faults);
        if (options.ConnectionName.Length is 0 or > 200)
            faults.Add(Fault("connection_name", options.ConnectionName, "must have 1 to 200 characters"));
        CheckRange("heartbeat", options.Heartbeat, TimeSpan.FromSeconds(1), faults);
        CheckRange("connect_timeout", options.ConnectTimeout, TimeSpan.FromMilliseconds(1), faults);
        CheckRange("reconnect_delay", options.ReconnectDelay, TimeSpan.FromMilliseconds(1), faults);
        CheckRange("reconnect_delay_limit", options.ReconnectDelayLimit, options.ReconnectDelay, faults);
        CheckRange("probe_interval", options.ProbeInterval, TimeSpan.FromMilliseconds(100), faults);
        CheckRange("publish_timeout", options.Bus.PublishTimeout, TimeSpan.FromMilliseconds(1), faults);
        if (options.Bus.ConfirmWindow is < 1 or > BusLimits.ConfirmWindow)
            faults.Add(Fault("confirm_window", options.Bus.ConfirmWindow.ToString(CultureInfo.InvariantCulture), $"must be 1 to {BusLimits.ConfirmWindow}"));
        return faults;
    }

    private static void CheckAddresses(IReadOnlyList<Uri> addresses, List<Fault> faults)
    {
        if (addresses.Count == 0)
            faults.Add(Fault("addresses", "", "must name at least one server"));
        for (var i = 0; i < addresses.Count; i++)
        {
            if (!addresses[i].IsAbsoluteUri || addresses[i].Scheme is not ("amqp" or "amqps") || addresses[i].Host.Length == 0)
                faults.Add(Fault($"addresses[{i}]", Shown(addresses[i]), "must be amqp://host[:port][/vhost] or amqps://host[:port][/vhost]"));
        }
        if (addresses.All(a => a.IsAbsoluteUri) && addresses.Select(a => a.Scheme).Distinct(StringComparer.Ordinal).Count() > 1)
            faults.Add(Fault("addresses", "", "must be all amqp or all amqps"));
    }

    private static void CheckRange(string field, TimeSpan value, TimeSpan least, List<Fault> faults)
    {
        if (value < least || value > LongestWait)
            faults.Add(Fault(field, value.ToString("c", CultureInfo.InvariantCulture), $"must be {least:c} to {LongestWait:c}"));
    }

    private static string Shown(Uri address) =>
        address.IsAbsoluteUri ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : "";

    private static Fault Fault(string field, string value, string rule) => new(ErrorCodes.InvalidConfiguration, field, value, rule);
}
