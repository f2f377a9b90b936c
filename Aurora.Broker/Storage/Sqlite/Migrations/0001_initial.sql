-- Purpose: the first schema. Same shape as SQL Server's 0001_initial.sql.
-- Locks: runs inside BEGIN IMMEDIATE; readers go on, other writers wait.
-- Times are unix milliseconds, UTC. Documents and histories are JSON text that only the program reads.
-- There are no foreign keys: rows of several tables are written and pruned in one transaction, and the broker's loop owns their relations.

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NULL,
    address TEXT NULL,
    epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_commit_at INTEGER NULL
) STRICT;

-- The row is always there, so that taking the lease is one guarded UPDATE and never a race between two INSERTs.
INSERT INTO leases (name, holder, address, epoch, expires_at) VALUES ('leader', NULL, NULL, 0, 0);

CREATE TABLE configurations (
    configuration_id TEXT NOT NULL PRIMARY KEY,
    configuration TEXT NOT NULL
) STRICT;

CREATE TABLE jobs (
    cluster TEXT NOT NULL,
    role TEXT NOT NULL,
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    configuration_id TEXT NOT NULL,
    instances INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (role, environment, name)
) STRICT;

CREATE TABLE tasks (
    task_id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    role TEXT NOT NULL,
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    instance INTEGER NOT NULL,
    state TEXT NOT NULL,
    configuration_id TEXT NOT NULL,
    worker_id TEXT NULL,
    ancestor_id TEXT NULL,
    failure_count INTEGER NOT NULL,
    times_partitioned INTEGER NOT NULL,
    not_before INTEGER NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    events TEXT NOT NULL,
    processes TEXT NOT NULL
) STRICT;

CREATE INDEX ix_tasks_job ON tasks (role, environment, name, instance);

-- Promise 2: an instance has at most one active attempt. Also the index of active tasks.
CREATE UNIQUE INDEX ux_tasks_active_instance ON tasks (role, environment, name, instance)
    WHERE state IN ('INIT', 'THROTTLED', 'PENDING', 'ASSIGNED', 'STARTING', 'RUNNING', 'PREEMPTING', 'RESTARTING', 'DRAINING', 'KILLING', 'PARTITIONED');

CREATE TABLE workers (
    worker_id TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    session TEXT NOT NULL,
    version TEXT NOT NULL,
    cpu REAL NOT NULL,
    ram INTEGER NOT NULL,
    disk INTEGER NOT NULL,
    gpu INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    registered_at INTEGER NOT NULL
) STRICT;

CREATE TABLE updates (
    update_id TEXT NOT NULL PRIMARY KEY,
    cluster TEXT NOT NULL,
    role TEXT NOT NULL,
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    user_name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    message TEXT NULL,
    target_configuration_id TEXT NOT NULL,
    settings TEXT NOT NULL,
    instances TEXT NOT NULL,
    events TEXT NOT NULL
) STRICT;

CREATE INDEX ix_updates_job ON updates (role, environment, name, created_at);

CREATE TABLE replies (
    command_id TEXT NOT NULL PRIMARY KEY,
    command_digest TEXT NOT NULL,
    reply TEXT NOT NULL,
    replied_at INTEGER NOT NULL
) STRICT;
