-- Workers that are kept for a group of pending tasks.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_reservations
SELECT
    worker_id AS WorkerId, cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, configuration_id AS ConfigurationId, reserved_until AS ReservedUntil
FROM reservations;

-- name: write_reservations
INSERT INTO reservations (
    worker_id, cluster, role, environment, name, configuration_id, reserved_until)
SELECT
    value ->> 'worker_id', value ->> 'cluster', value ->> 'role', value ->> 'environment', value ->> 'name', value ->> 'configuration_id', value ->> 'reserved_until'
FROM json_each(@write_reservations)
WHERE true
ON CONFLICT (worker_id) DO UPDATE SET
    cluster = excluded.cluster, role = excluded.role, environment = excluded.environment, name = excluded.name, configuration_id = excluded.configuration_id, reserved_until = excluded.reserved_until;

-- name: delete_reservations
DELETE FROM reservations WHERE worker_id IN (SELECT value FROM json_each(@delete_reservations));
