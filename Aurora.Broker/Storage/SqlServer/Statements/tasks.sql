-- Rows come with the ended attempts first, so that an attempt and the one that replaces it never hold the instance together.
-- What the id stands for (job, instance) is not written again.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_tasks
SELECT
    task_id AS TaskId, cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, instance AS Instance, state AS State,
    configuration_id AS ConfigurationId, worker_id AS WorkerId, ancestor_id AS AncestorId, failure_count AS FailureCount,
    times_partitioned AS TimesPartitioned, not_before AS NotBefore, created_at AS CreatedAt, changed_at AS ChangedAt, events AS Events,
    processes AS Processes, ports AS Ports, resource_usage AS ResourceUsage
FROM dbo.tasks;

-- name: write_tasks
UPDATE t SET
    state = j.state, configuration_id = j.configuration_id, worker_id = j.worker_id, ancestor_id = j.ancestor_id,
    failure_count = j.failure_count, times_partitioned = j.times_partitioned, not_before = j.not_before, created_at = j.created_at,
    changed_at = j.changed_at, events = j.events, processes = j.processes, ports = j.ports, resource_usage = j.resource_usage
FROM dbo.tasks AS t
INNER JOIN OPENJSON(@write_tasks) WITH (
        task_id varchar(900), state varchar(20), configuration_id varchar(128), worker_id varchar(255), ancestor_id varchar(900),
        failure_count int, times_partitioned int, not_before datetime2(3), created_at datetime2(3), changed_at datetime2(3),
        events nvarchar(max), processes nvarchar(max), ports nvarchar(max), resource_usage nvarchar(max)
    ) AS j ON t.task_id = j.task_id COLLATE Latin1_General_BIN2;

INSERT INTO dbo.tasks (
    task_id, cluster, role, environment, name, instance, state, configuration_id, worker_id, ancestor_id, failure_count, times_partitioned,
    not_before, created_at, changed_at, events, processes, ports, resource_usage)
SELECT
    j.task_id, j.cluster, j.role, j.environment, j.name, j.instance, j.state, j.configuration_id, j.worker_id, j.ancestor_id,
    j.failure_count, j.times_partitioned, j.not_before, j.created_at, j.changed_at, j.events, j.processes, j.ports,
    j.resource_usage
FROM OPENJSON(@write_tasks) WITH (
        task_id varchar(900), cluster varchar(255), role varchar(255), environment varchar(255), name varchar(255), instance int,
        state varchar(20), configuration_id varchar(128), worker_id varchar(255), ancestor_id varchar(900), failure_count int,
        times_partitioned int, not_before datetime2(3), created_at datetime2(3), changed_at datetime2(3), events nvarchar(max),
        processes nvarchar(max), ports nvarchar(max), resource_usage nvarchar(max)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.tasks AS t WHERE t.task_id = j.task_id COLLATE Latin1_General_BIN2);

-- name: delete_tasks
DELETE t FROM dbo.tasks AS t
INNER JOIN OPENJSON(@delete_tasks) WITH (task_id varchar(900) '$') AS j ON t.task_id = j.task_id COLLATE Latin1_General_BIN2;
