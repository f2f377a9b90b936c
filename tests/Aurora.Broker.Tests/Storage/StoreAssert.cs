using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Broker.Storage;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

/// <summary>Compares by content: records with lists in them are only equal when they hold the same list object.</summary>
internal static class StoreAssert
{
    private static readonly JsonSerializerOptions Text = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public static void Holds(StoreChanges expected, StoredState actual)
    {
        Same("tasks", expected.Tasks, actual.Tasks);
        Same("configurations", expected.Configurations, actual.Configurations);
        Same("jobs", expected.Jobs, actual.Jobs);
        Same("workers", expected.Workers, actual.Workers);
        Same("updates", expected.Updates, actual.Updates);
        Same("replies", expected.Replies, actual.Replies);
        Same("quotas", expected.Quotas, actual.Quotas);
        Same("reservations", expected.Reservations, actual.Reservations);
    }

    public static void Same<T>(string table, IEnumerable<T> expected, IEnumerable<T> actual) =>
        Assert.Equal((table, Write(expected)), (table, Write(actual)));

    private static string Write<T>(IEnumerable<T> rows) =>
        string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row, Text)).Order(StringComparer.Ordinal));
}
