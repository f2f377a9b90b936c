namespace Aurora.Messaging;

/// <summary>A message as it travels: an explicit name and version, an id, and a JSON body. CLR type names never travel.</summary>
/// <param name="Name">The message's wire name, for example <c>create_job</c>.</param>
/// <param name="Version">The version of the message's shape, from 1.</param>
/// <param name="Id">Its identity; a repeated sending of the same message keeps it.</param>
/// <param name="Body">UTF-8 JSON.</param>
public sealed record BusMessage(string Name, int Version, Guid Id, ReadOnlyMemory<byte> Body);
