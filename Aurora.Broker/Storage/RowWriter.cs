using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Broker.Storage;

/// <summary>How a dialect takes a time inside a JSON parameter.</summary>
internal enum TimeText
{
    /// <summary>Unix milliseconds, a number (SQLite).</summary>
    UnixMilliseconds,

    /// <summary>ISO 8601 with milliseconds and without offset, UTC (SQL Server's <c>datetime2(3)</c>).</summary>
    Iso,
}

/// <summary>
/// Writes the rows of one statement as a JSON array: one parameter and one statement for a whole table, however many rows. Documents go in as
/// strings, not as nested JSON: then the database hands back the very text that was written, whatever its JSON functions think of it.
/// </summary>
internal sealed class RowWriter : IDisposable
{
    private readonly TimeText times;
    private readonly ArrayBufferWriter<byte> rows = new(64 * 1024);
    private readonly ArrayBufferWriter<byte> document = new(4 * 1024);
    private readonly Utf8JsonWriter json;
    private readonly Utf8JsonWriter documentJson;

    /// <summary>Begins the array.</summary>
    /// <param name="times">How times are written.</param>
    public RowWriter(TimeText times)
    {
        this.times = times;
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
        json = new Utf8JsonWriter(rows, options);
        documentJson = new Utf8JsonWriter(document, options);
        json.WriteStartArray();
    }

    /// <summary>Begins a row.</summary>
    public void BeginRow() => json.WriteStartObject();

    /// <summary>Ends a row.</summary>
    public void EndRow() => json.WriteEndObject();

    /// <summary>Writes a column of a key: ASCII of a bounded length, checked here because databases disagree on what they do with more.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value; null is NULL.</param>
    /// <param name="maxLength">The column's length.</param>
    /// <exception cref="StoreException">The value is too long, empty, or not ASCII.</exception>
    public void Key(string column, string? value, int maxLength)
    {
        if (value is not null)
            json.WriteString(column, Checked(column, value, maxLength));
    }

    /// <summary>Writes a key that stands alone, in an array of keys.</summary>
    /// <param name="column">The column, for the error.</param>
    /// <param name="value">The value.</param>
    /// <param name="maxLength">The column's length.</param>
    /// <exception cref="StoreException">The value is too long, empty, or not ASCII.</exception>
    public void LoneKey(string column, string value, int maxLength) => json.WriteStringValue(Checked(column, value, maxLength));

    /// <summary>Writes a column of free text, of any length.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value; null is NULL.</param>
    public void Text(string column, string? value)
    {
        if (value is not null)
            json.WriteString(column, value);
    }

    /// <summary>Writes a whole number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value.</param>
    public void Number(string column, long value) => json.WriteNumber(column, value);

    /// <summary>Writes a number.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value.</param>
    public void Number(string column, double value) => json.WriteNumber(column, value);

    /// <summary>Writes a time; what is finer than a millisecond is cut off.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value; null is NULL.</param>
    public void Time(string column, DateTimeOffset? value)
    {
        if (value is not { } time)
            return;
        if (times == TimeText.UnixMilliseconds)
            json.WriteNumber(column, time.ToUnixTimeMilliseconds());
        else
            json.WriteString(column, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
    }

    /// <summary>Writes a document, as a string.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="column">The column.</param>
    /// <param name="value">The document.</param>
    /// <param name="type">How it is written.</param>
    public void Json<T>(string column, T value, JsonTypeInfo<T> type)
    {
        document.ResetWrittenCount();
        documentJson.Reset();
        JsonSerializer.Serialize(documentJson, value, type);
        documentJson.Flush();
        json.WriteString(column, document.WrittenSpan);
    }

    /// <summary>Ends the array.</summary>
    /// <returns>The parameter's text.</returns>
    public string Finish()
    {
        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(rows.WrittenSpan);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        json.Dispose();
        documentJson.Dispose();
    }

    private static string Checked(string column, string value, int maxLength) =>
        value.Length > 0 && value.Length <= maxLength && Ascii.IsValid(value)
            ? value
            : throw new StoreException($"{column} is '{(value.Length > 80 ? value[..80] + "…" : value)}': must be 1 to {maxLength} ASCII characters.");
}
