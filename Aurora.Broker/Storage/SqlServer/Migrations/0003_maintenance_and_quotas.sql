-- Purpose: workers in maintenance, quotas of roles, and workers that are kept for a group. Same shape as SQLite's 0003_maintenance_and_quotas.sql.
-- Locks: a schema lock on dbo.workers for a moment, no row is rewritten; otherwise new tables only.
-- NULL is what workers from before have: no port count is known, and they are not in maintenance. drain is JSON text that only the program reads.
-- No default constraint: its name would be made up by the server, or ignored by an emulation. One column a statement: an emulation may lack lists.

ALTER TABLE dbo.workers ADD port_count int NULL;

ALTER TABLE dbo.workers ADD maintenance_mode varchar(20) COLLATE Latin1_General_BIN2 NULL;

ALTER TABLE dbo.workers ADD drain nvarchar(max) NULL;

CREATE TABLE dbo.quotas (
    role varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    cpu float NOT NULL,
    ram bigint NOT NULL,
    disk bigint NOT NULL,
    CONSTRAINT pk_quotas PRIMARY KEY CLUSTERED (role)
);

CREATE TABLE dbo.reservations (
    worker_id varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    cluster varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    role varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    environment varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    name varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    configuration_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
    reserved_until datetime2(3) NOT NULL,
    CONSTRAINT pk_reservations PRIMARY KEY CLUSTERED (worker_id)
);
