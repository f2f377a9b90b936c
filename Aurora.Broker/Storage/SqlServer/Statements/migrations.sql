-- The schema's own bookkeeping.

-- name: create_schema_migrations
-- Before the lock exists. When two brokers do this at once, one of them fails with 2714 or 2627 and does it again.
-- Row 0 is the lock between brokers, not a step.
IF OBJECT_ID(N'dbo.schema_migrations', N'U') IS NULL
    CREATE TABLE dbo.schema_migrations (
        number int NOT NULL,
        name nvarchar(200) NOT NULL,
        checksum varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
        applied_at datetime2(3) NOT NULL,
        CONSTRAINT pk_schema_migrations PRIMARY KEY CLUSTERED (number)
    );

-- name: create_migration_lock
INSERT INTO dbo.schema_migrations (number, name, checksum, applied_at)
SELECT 0, N'lock', '', SYSUTCDATETIME()
WHERE NOT EXISTS (SELECT 1 FROM dbo.schema_migrations WHERE number = 0);

-- name: lock_migrations
-- Locks: row 0 exclusively, until the transaction ends. Whoever comes second waits here, and then reads what the first one recorded.
-- The application lock only makes the wait visible by name to a DBA; the row is the guard.
EXEC sp_getapplock @Resource = N'aurora.migrations', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = 60000;
UPDATE dbo.schema_migrations SET applied_at = SYSUTCDATETIME() WHERE number = 0;

-- name: load_migrations
SELECT number AS Number, name AS Name, checksum AS Checksum FROM dbo.schema_migrations WHERE number > 0 ORDER BY number;

-- name: record_migration
-- Parameters: number, name, checksum.
INSERT INTO dbo.schema_migrations (number, name, checksum, applied_at) VALUES (@number, @name, @checksum, SYSUTCDATETIME());

-- name: read_snapshot_setting
SELECT CAST(is_read_committed_snapshot_on AS int) FROM sys.databases WHERE name = DB_NAME();
