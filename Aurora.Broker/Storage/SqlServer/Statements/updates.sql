-- What the id stands for (the job) is not written again.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_updates
SELECT
    update_id AS UpdateId, cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, status AS Status,
    user_name AS UserName, created_at AS CreatedAt, modified_at AS ModifiedAt, message AS Message,
    target_configuration_id AS TargetConfigurationId, settings AS Settings, instances AS Instances, events AS Events
FROM dbo.updates;

-- name: write_updates
UPDATE t SET
    status = j.status, user_name = j.user_name, created_at = j.created_at, modified_at = j.modified_at, message = j.message,
    target_configuration_id = j.target_configuration_id, settings = j.settings, instances = j.instances, events = j.events
FROM dbo.updates AS t
INNER JOIN OPENJSON(@write_updates) WITH (
        update_id varchar(64), status varchar(40), user_name nvarchar(max), created_at datetime2(3), modified_at datetime2(3),
        message nvarchar(max), target_configuration_id varchar(128), settings nvarchar(max), instances nvarchar(max), events nvarchar(max)
    ) AS j ON t.update_id = j.update_id COLLATE Latin1_General_BIN2;

INSERT INTO dbo.updates (
    update_id, cluster, role, environment, name, status, user_name, created_at, modified_at, message, target_configuration_id, settings,
    instances, events)
SELECT
    j.update_id, j.cluster, j.role, j.environment, j.name, j.status, j.user_name, j.created_at, j.modified_at, j.message,
    j.target_configuration_id, j.settings, j.instances, j.events
FROM OPENJSON(@write_updates) WITH (
        update_id varchar(64), cluster varchar(255), role varchar(255), environment varchar(255), name varchar(255), status varchar(40),
        user_name nvarchar(max), created_at datetime2(3), modified_at datetime2(3), message nvarchar(max),
        target_configuration_id varchar(128), settings nvarchar(max), instances nvarchar(max), events nvarchar(max)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.updates AS t WHERE t.update_id = j.update_id COLLATE Latin1_General_BIN2);

-- name: delete_updates
DELETE t FROM dbo.updates AS t
INNER JOIN OPENJSON(@delete_updates) WITH (update_id varchar(64) '$') AS j ON t.update_id = j.update_id COLLATE Latin1_General_BIN2;
