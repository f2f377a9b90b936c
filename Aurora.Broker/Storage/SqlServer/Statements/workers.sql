-- Heartbeats are not stored.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_workers
SELECT
    worker_id AS WorkerId, host AS Host, session AS Session, version AS Version, cpu AS Cpu, ram AS Ram, disk AS Disk, gpu AS Gpu,
    attributes AS Attributes, registered_at AS RegisteredAt,
    port_count AS PortCount, maintenance_mode AS Mode, drain AS Drain
FROM dbo.workers;

-- name: write_workers
UPDATE t SET
    host = j.host, session = j.session, version = j.version, cpu = j.cpu, ram = j.ram, disk = j.disk, gpu = j.gpu,
    attributes = j.attributes, registered_at = j.registered_at,
    port_count = j.port_count, maintenance_mode = j.maintenance_mode, drain = j.drain
FROM dbo.workers AS t
INNER JOIN OPENJSON(@write_workers) WITH (
        worker_id varchar(255), host nvarchar(max), session varchar(36), version nvarchar(max), cpu float, ram bigint, disk bigint,
        gpu int, attributes nvarchar(max), registered_at datetime2(3),
        port_count int, maintenance_mode varchar(20), drain nvarchar(max)
    ) AS j ON t.worker_id = j.worker_id COLLATE Latin1_General_BIN2;

INSERT INTO dbo.workers (
    worker_id, host, session, version, cpu, ram, disk, gpu, attributes, registered_at,
    port_count, maintenance_mode, drain)
SELECT
    j.worker_id, j.host, j.session, j.version, j.cpu, j.ram, j.disk, j.gpu, j.attributes, j.registered_at,
    j.port_count, j.maintenance_mode, j.drain
FROM OPENJSON(@write_workers) WITH (
        worker_id varchar(255), host nvarchar(max), session varchar(36), version nvarchar(max), cpu float, ram bigint, disk bigint,
        gpu int, attributes nvarchar(max), registered_at datetime2(3),
        port_count int, maintenance_mode varchar(20), drain nvarchar(max)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.workers AS t WHERE t.worker_id = j.worker_id COLLATE Latin1_General_BIN2);

-- name: delete_workers
DELETE t FROM dbo.workers AS t
INNER JOIN OPENJSON(@delete_workers) WITH (worker_id varchar(255) '$') AS j ON t.worker_id = j.worker_id COLLATE Latin1_General_BIN2;
