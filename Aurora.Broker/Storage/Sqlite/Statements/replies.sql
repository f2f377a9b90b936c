-- Kept by command id, so that a repeated command gets the same answer.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_replies
SELECT
    command_id AS CommandId, command_digest AS CommandDigest, reply AS Reply, replied_at AS RepliedAt
FROM replies;

-- name: write_replies
INSERT INTO replies (
    command_id, command_digest, reply, replied_at)
SELECT
    value ->> 'command_id', value ->> 'command_digest', value ->> 'reply', value ->> 'replied_at'
FROM json_each(@write_replies)
WHERE true
ON CONFLICT (command_id) DO UPDATE SET
    command_digest = excluded.command_digest, reply = excluded.reply, replied_at = excluded.replied_at;

-- name: delete_replies
DELETE FROM replies WHERE command_id IN (SELECT value FROM json_each(@delete_replies));
