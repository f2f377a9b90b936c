-- What the production tasks of a role may use together.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_quotas
SELECT
    role AS Role, cpu AS Cpu, ram AS Ram, disk AS Disk
FROM quotas;

-- name: write_quotas
INSERT INTO quotas (
    role, cpu, ram, disk)
SELECT
    value ->> 'role', value ->> 'cpu', value ->> 'ram', value ->> 'disk'
FROM json_each(@write_quotas)
WHERE true
ON CONFLICT (role) DO UPDATE SET
    cpu = excluded.cpu, ram = excluded.ram, disk = excluded.disk;

-- name: delete_quotas
DELETE FROM quotas WHERE role IN (SELECT value FROM json_each(@delete_quotas));
