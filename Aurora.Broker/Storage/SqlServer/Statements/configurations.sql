-- A configuration never changes under its id, so one that is there already is left as it is.
-- The parameter of a statement has its name and is a JSON array: of objects with the columns' names to write, of keys to delete.
-- OPENJSON's columns have the database's collation, the keys a binary one; the joins say which, or SQL Server refuses them (468).
-- Locks: the rows that are written. The commit holds the lease row before, so no two commits run at once, and no lock hint is needed.

-- name: load_configurations
SELECT
    configuration_id AS ConfigurationId, configuration AS Configuration
FROM dbo.configurations;

-- name: write_configurations
INSERT INTO dbo.configurations (
    configuration_id, configuration)
SELECT
    j.configuration_id, j.configuration
FROM OPENJSON(@write_configurations) WITH (
        configuration_id varchar(128), configuration nvarchar(max)
    ) AS j
WHERE NOT EXISTS (SELECT 1 FROM dbo.configurations AS t WHERE t.configuration_id = j.configuration_id COLLATE Latin1_General_BIN2);

-- name: delete_configurations
DELETE t FROM dbo.configurations AS t
INNER JOIN OPENJSON(@delete_configurations) WITH (configuration_id varchar(128) '$') AS j ON t.configuration_id = j.configuration_id COLLATE Latin1_General_BIN2;
