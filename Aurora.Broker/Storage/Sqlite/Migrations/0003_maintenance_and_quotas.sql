-- Purpose: workers in maintenance, quotas of roles, and workers that are kept for a group. Same shape as SQL Server's 0003_maintenance_and_quotas.sql.
-- Locks: runs inside BEGIN IMMEDIATE; readers go on, other writers wait. No row is rewritten.
-- NULL is what workers from before have: no port count is known, and they are not in maintenance. drain is JSON text that only the program reads.

ALTER TABLE workers ADD COLUMN port_count INTEGER NULL;

ALTER TABLE workers ADD COLUMN maintenance_mode TEXT NULL;

ALTER TABLE workers ADD COLUMN drain TEXT NULL;

CREATE TABLE quotas (
    role TEXT NOT NULL,
    cpu REAL NOT NULL,
    ram INTEGER NOT NULL,
    disk INTEGER NOT NULL,
    PRIMARY KEY (role)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
    worker_id TEXT NOT NULL,
    cluster TEXT NOT NULL,
    role TEXT NOT NULL,
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    configuration_id TEXT NOT NULL,
    reserved_until INTEGER NOT NULL,
    PRIMARY KEY (worker_id)
) STRICT, WITHOUT ROWID;
