-- What the id stands for (the job) is not written again.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_updates
SELECT
    update_id AS UpdateId, cluster AS Cluster, role AS Role, environment AS Environment, name AS Name, status AS Status,
    user_name AS UserName, created_at AS CreatedAt, modified_at AS ModifiedAt, message AS Message,
    target_configuration_id AS TargetConfigurationId, settings AS Settings, instances AS Instances, events AS Events
FROM updates;

-- name: write_updates
INSERT INTO updates (
    update_id, cluster, role, environment, name, status, user_name, created_at, modified_at, message, target_configuration_id, settings,
    instances, events)
SELECT
    value ->> 'update_id', value ->> 'cluster', value ->> 'role', value ->> 'environment', value ->> 'name', value ->> 'status',
    value ->> 'user_name', value ->> 'created_at', value ->> 'modified_at', value ->> 'message', value ->> 'target_configuration_id',
    value ->> 'settings', value ->> 'instances', value ->> 'events'
FROM json_each(@write_updates)
WHERE true
ON CONFLICT (update_id) DO UPDATE SET
    status = excluded.status, user_name = excluded.user_name, created_at = excluded.created_at, modified_at = excluded.modified_at,
    message = excluded.message, target_configuration_id = excluded.target_configuration_id, settings = excluded.settings,
    instances = excluded.instances, events = excluded.events;

-- name: delete_updates
DELETE FROM updates WHERE update_id IN (SELECT value FROM json_each(@delete_updates));
