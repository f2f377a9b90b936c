-- Keyed by role, environment and name: a store belongs to one cluster.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_jobs
SELECT
    cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, configuration_id AS ConfigurationId,
    instances AS Instances, created_by AS CreatedBy, created_at AS CreatedAt
FROM jobs;

-- name: write_jobs
INSERT INTO jobs (
    cluster, role, environment, name, configuration_id, instances, created_by, created_at)
SELECT
    value ->> 'cluster', value ->> 'role', value ->> 'environment', value ->> 'name', value ->> 'configuration_id', value ->> 'instances',
    value ->> 'created_by', value ->> 'created_at'
FROM json_each(@write_jobs)
WHERE true
ON CONFLICT (role, environment, name) DO UPDATE SET
    cluster = excluded.cluster, configuration_id = excluded.configuration_id, instances = excluded.instances,
    created_by = excluded.created_by, created_at = excluded.created_at;

-- name: delete_jobs
DELETE FROM jobs WHERE (role, environment, name) IN (
    SELECT value ->> 'role', value ->> 'environment', value ->> 'name' FROM json_each(@delete_jobs));
