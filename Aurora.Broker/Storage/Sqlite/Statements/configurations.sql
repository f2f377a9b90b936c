-- A configuration never changes under its id, so one that is there already is left as it is.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.

-- name: load_configurations
SELECT
    configuration_id AS ConfigurationId, configuration AS Configuration
FROM configurations;

-- name: write_configurations
INSERT INTO configurations (
    configuration_id, configuration)
SELECT
    value ->> 'configuration_id', value ->> 'configuration'
FROM json_each(@write_configurations)
WHERE true
ON CONFLICT (configuration_id) DO NOTHING;

-- name: delete_configurations
DELETE FROM configurations WHERE configuration_id IN (SELECT value FROM json_each(@delete_configurations));
