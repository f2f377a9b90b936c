-- Keyed by role, environment and name: a store belongs to one cluster.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_jobs
SELECT
    cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, configuration_id AS ConfigurationId,
    instances AS Instances, created_by AS CreatedBy, created_at AS CreatedAt
FROM dbo.jobs;

-- name: write_jobs
UPDATE t SET
    cluster = j.cluster, configuration_id = j.configuration_id, instances = j.instances, created_by = j.created_by,
    created_at = j.created_at
FROM dbo.jobs AS t
INNER JOIN OPENJSON(@write_jobs) WITH (
        cluster varchar(255), role varchar(255), environment varchar(255), name varchar(255), configuration_id varchar(128), instances int,
        created_by nvarchar(max), created_at datetime2(3)
    ) AS j ON t.role = j.role COLLATE Latin1_General_BIN2
    AND t.environment = j.environment COLLATE Latin1_General_BIN2
    AND t.name = j.name COLLATE Latin1_General_BIN2;

INSERT INTO dbo.jobs (
    cluster, role, environment, name, configuration_id, instances, created_by, created_at)
SELECT
    j.cluster, j.role, j.environment, j.name, j.configuration_id, j.instances, j.created_by, j.created_at
FROM OPENJSON(@write_jobs) WITH (
        cluster varchar(255), role varchar(255), environment varchar(255), name varchar(255), configuration_id varchar(128), instances int,
        created_by nvarchar(max), created_at datetime2(3)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.jobs AS t WHERE t.role = j.role COLLATE Latin1_General_BIN2
    AND t.environment = j.environment COLLATE Latin1_General_BIN2
    AND t.name = j.name COLLATE Latin1_General_BIN2);

-- name: delete_jobs
DELETE t FROM dbo.jobs AS t
INNER JOIN OPENJSON(@delete_jobs) WITH (role varchar(255), environment varchar(255), name varchar(255)) AS j ON t.role = j.role COLLATE Latin1_General_BIN2
    AND t.environment = j.environment COLLATE Latin1_General_BIN2
    AND t.name = j.name COLLATE Latin1_General_BIN2;
