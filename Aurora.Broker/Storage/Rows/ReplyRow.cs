using System.Text.Json;
using Aurora.Broker.State;

namespace Aurora.Broker.Storage.Rows;

/// <summary>A row of <c>replies</c>, as Dapper fills it; how it is written stands beside it.</summary>
internal sealed class ReplyRow
{
    public string CommandId { get; init; } = "";

    public string CommandDigest { get; init; } = "";

    public string Reply { get; init; } = "";

    public DateTimeOffset RepliedAt { get; init; }

    public static void Write(RowWriter row, ReplyRecord reply)
    {
        row.Key("command_id", reply.CommandId.ToString(), KeyLength.Uuid);
        row.Key("command_digest", reply.CommandDigest, KeyLength.Digest);
        row.Json("reply", reply.Reply, StoreJson.Columns.Reply);
        row.Time("replied_at", reply.At);
    }

    public ReplyRecord ToRecord() => new(
        Guid.Parse(CommandId), CommandDigest,
        JsonSerializer.Deserialize(Reply, StoreJson.Columns.Reply) ?? throw new StoreException($"The reply to command {CommandId} is null in the store."),
        RepliedAt);
}
