-- The schema's own bookkeeping. All of it runs inside one BEGIN IMMEDIATE, which is the lock between brokers.

-- name: create_schema_migrations
CREATE TABLE IF NOT EXISTS schema_migrations (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;

-- name: load_migrations
SELECT number AS Number, name AS Name, checksum AS Checksum FROM schema_migrations WHERE number > 0 ORDER BY number;

-- name: record_migration
-- Parameters: number, name, checksum, now (unix milliseconds).
INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (@number, @name, @checksum, @now);
