-- What the production tasks of a role may use together.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_quotas
SELECT
    role AS Role, cpu AS Cpu, ram AS Ram, disk AS Disk
FROM dbo.quotas;

-- name: write_quotas
UPDATE t SET
    cpu = j.cpu, ram = j.ram, disk = j.disk
FROM dbo.quotas AS t
INNER JOIN OPENJSON(@write_quotas) WITH (
        role varchar(255), cpu float, ram bigint, disk bigint
    ) AS j ON t.role = j.role COLLATE Latin1_General_BIN2;

INSERT INTO dbo.quotas (
    role, cpu, ram, disk)
SELECT
    j.role, j.cpu, j.ram, j.disk
FROM OPENJSON(@write_quotas) WITH (
        role varchar(255), cpu float, ram bigint, disk bigint
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.quotas AS t WHERE t.role = j.role COLLATE Latin1_General_BIN2);

-- name: delete_quotas
DELETE t FROM dbo.quotas AS t
INNER JOIN OPENJSON(@delete_quotas) WITH (role varchar(255) '$') AS j ON t.role = j.role COLLATE Latin1_General_BIN2;
