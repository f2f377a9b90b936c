-- Heartbeats are not stored.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_workers
SELECT
    worker_id AS WorkerId, host AS Host, session AS Session, version AS Version, cpu AS Cpu, ram AS Ram, disk AS Disk, gpu AS Gpu,
    attributes AS Attributes, registered_at AS RegisteredAt,
    port_count AS PortCount, maintenance_mode AS Mode, drain AS Drain
FROM workers;

-- name: write_workers
INSERT INTO workers (
    worker_id, host, session, version, cpu, ram, disk, gpu, attributes, registered_at,
    port_count, maintenance_mode, drain)
SELECT
    value ->> 'worker_id', value ->> 'host', value ->> 'session', value ->> 'version', value ->> 'cpu', value ->> 'ram', value ->> 'disk',
    value ->> 'gpu', value ->> 'attributes', value ->> 'registered_at',
    value ->> 'port_count', value ->> 'maintenance_mode', value ->> 'drain'
FROM json_each(@write_workers)
WHERE true
ON CONFLICT (worker_id) DO UPDATE SET
    host = excluded.host, session = excluded.session, version = excluded.version, cpu = excluded.cpu, ram = excluded.ram,
    disk = excluded.disk, gpu = excluded.gpu, attributes = excluded.attributes, registered_at = excluded.registered_at,
    port_count = excluded.port_count, maintenance_mode = excluded.maintenance_mode, drain = excluded.drain;

-- name: delete_workers
DELETE FROM workers WHERE worker_id IN (SELECT value FROM json_each(@delete_workers));
