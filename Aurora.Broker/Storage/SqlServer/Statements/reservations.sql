-- Workers that are kept for a group of pending tasks.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_reservations
SELECT
    worker_id AS WorkerId, cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, configuration_id AS ConfigurationId, reserved_until AS ReservedUntil
FROM dbo.reservations;

-- name: write_reservations
UPDATE t SET
    cluster = j.cluster, role = j.role, environment = j.environment, name = j.name, configuration_id = j.configuration_id, reserved_until = j.reserved_until
FROM dbo.reservations AS t
INNER JOIN OPENJSON(@write_reservations) WITH (
        worker_id varchar(255), cluster varchar(255), role varchar(255), environment varchar(255), name varchar(255), configuration_id varchar(128), reserved_until datetime2(3)
    ) AS j ON t.worker_id = j.worker_id COLLATE Latin1_General_BIN2;

INSERT INTO dbo.reservations (
    worker_id, cluster, role, environment, name, configuration_id, reserved_until)
SELECT
    j.worker_id, j.cluster, j.role, j.environment, j.name, j.configuration_id, j.reserved_until
FROM OPENJSON(@write_reservations) WITH (
        worker_id varchar(255), cluster varchar(255), role varchar(255), environment varchar(255), name varchar(255), configuration_id varchar(128), reserved_until datetime2(3)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.reservations AS t WHERE t.worker_id = j.worker_id COLLATE Latin1_General_BIN2);

-- name: delete_reservations
DELETE t FROM dbo.reservations AS t
INNER JOIN OPENJSON(@delete_reservations) WITH (worker_id varchar(255) '$') AS j ON t.worker_id = j.worker_id COLLATE Latin1_General_BIN2;
