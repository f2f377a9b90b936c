-- Kept by command id, so that a repeated command gets the same answer.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_replies
SELECT
    command_id AS CommandId, command_digest AS CommandDigest, reply AS Reply, replied_at AS RepliedAt
FROM dbo.replies;

-- name: write_replies
UPDATE t SET
    command_digest = j.command_digest, reply = j.reply, replied_at = j.replied_at
FROM dbo.replies AS t
INNER JOIN OPENJSON(@write_replies) WITH (
        command_id varchar(36), command_digest varchar(128), reply nvarchar(max), replied_at datetime2(3)
    ) AS j ON t.command_id = j.command_id COLLATE Latin1_General_BIN2;

INSERT INTO dbo.replies (
    command_id, command_digest, reply, replied_at)
SELECT
    j.command_id, j.command_digest, j.reply, j.replied_at
FROM OPENJSON(@write_replies) WITH (
        command_id varchar(36), command_digest varchar(128), reply nvarchar(max), replied_at datetime2(3)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.replies AS t WHERE t.command_id = j.command_id COLLATE Latin1_General_BIN2);

-- name: delete_replies
DELETE t FROM dbo.replies AS t
INNER JOIN OPENJSON(@delete_replies) WITH (command_id varchar(36) '$') AS j ON t.command_id = j.command_id COLLATE Latin1_General_BIN2;
