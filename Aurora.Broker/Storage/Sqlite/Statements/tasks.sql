-- Rows come with the ended attempts first, so that an attempt and the one that replaces it never hold the instance together.
-- What the id stands for (job, instance) is not written again.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_tasks
SELECT
    task_id AS TaskId, cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, instance AS Instance, state AS State,
    configuration_id AS ConfigurationId, worker_id AS WorkerId, ancestor_id AS AncestorId, failure_count AS FailureCount,
    times_partitioned AS TimesPartitioned, not_before AS NotBefore, created_at AS CreatedAt, changed_at AS ChangedAt, events AS Events,
    processes AS Processes, ports AS Ports, resource_usage AS ResourceUsage
FROM tasks;

-- name: write_tasks
INSERT INTO tasks (
    task_id, cluster, role, environment, name, instance, state, configuration_id, worker_id, ancestor_id, failure_count, times_partitioned,
    not_before, created_at, changed_at, events, processes, ports, resource_usage)
SELECT
    value ->> 'task_id', value ->> 'cluster', value ->> 'role', value ->> 'environment', value ->> 'name', value ->> 'instance',
    value ->> 'state', value ->> 'configuration_id', value ->> 'worker_id', value ->> 'ancestor_id', value ->> 'failure_count',
    value ->> 'times_partitioned', value ->> 'not_before', value ->> 'created_at', value ->> 'changed_at', value ->> 'events',
    value ->> 'processes', value ->> 'ports', value ->> 'resource_usage'
FROM json_each(@write_tasks)
WHERE true
ON CONFLICT (task_id) DO UPDATE SET
    state = excluded.state, configuration_id = excluded.configuration_id, worker_id = excluded.worker_id,
    ancestor_id = excluded.ancestor_id, failure_count = excluded.failure_count, times_partitioned = excluded.times_partitioned,
    not_before = excluded.not_before, created_at = excluded.created_at, changed_at = excluded.changed_at, events = excluded.events,
    processes = excluded.processes, ports = excluded.ports, resource_usage = excluded.resource_usage;

-- name: delete_tasks
DELETE FROM tasks WHERE task_id IN (SELECT value FROM json_each(@delete_tasks));
