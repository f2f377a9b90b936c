-- Purpose: the first schema. Same shape as SQLite's 0001_initial.sql.
-- Locks: schema locks on new tables only; the migration lock row is held (see Statements/migrations.sql).
-- Run as one batch in one transaction. Plain T-SQL: no MERGE, no inline indexes, nothing that an emulation lacks.
-- Everything stands in dbo: a cluster has a database of its own, because backup and restore work by database, and two clusters in one
-- database would share one lease. Permissions are granted on the database.
-- Keys are ASCII by Core's rules, hence varchar; they compare byte by byte (binary collation), as the program compares them.
-- What people write is nvarchar(max): a bound on it would turn an odd user name or message into a commit that can never succeed.
-- There are no foreign keys: rows of several tables are written and pruned in one transaction, and the broker's loop owns their relations.

CREATE TABLE dbo.leases (
    name varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    holder nvarchar(400) COLLATE Latin1_General_BIN2 NULL,
    address nvarchar(max) NULL,
    epoch bigint NOT NULL,
    expires_at datetime2(3) NOT NULL,
    last_commit_at datetime2(3) NULL,
    CONSTRAINT pk_leases PRIMARY KEY CLUSTERED (name)
);

-- The row is always there, so that taking the lease is one guarded UPDATE and never a race between two INSERTs.
INSERT INTO dbo.leases (name, holder, address, epoch, expires_at) VALUES ('leader', NULL, NULL, 0, '2000-01-01T00:00:00.000');

CREATE TABLE dbo.configurations (
    configuration_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
    configuration nvarchar(max) NOT NULL,
    CONSTRAINT pk_configurations PRIMARY KEY CLUSTERED (configuration_id)
);

CREATE TABLE dbo.jobs (
    cluster varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    role varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    environment varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    name varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    configuration_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
    instances int NOT NULL,
    created_by nvarchar(max) NOT NULL,
    created_at datetime2(3) NOT NULL,
    CONSTRAINT pk_jobs PRIMARY KEY CLUSTERED (role, environment, name)
);

CREATE TABLE dbo.tasks (
    task_id varchar(900) COLLATE Latin1_General_BIN2 NOT NULL,
    cluster varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    role varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    environment varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    name varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    instance int NOT NULL,
    state varchar(20) COLLATE Latin1_General_BIN2 NOT NULL,
    configuration_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
    worker_id varchar(255) COLLATE Latin1_General_BIN2 NULL,
    ancestor_id varchar(900) COLLATE Latin1_General_BIN2 NULL,
    failure_count int NOT NULL,
    times_partitioned int NOT NULL,
    not_before datetime2(3) NULL,
    created_at datetime2(3) NOT NULL,
    changed_at datetime2(3) NOT NULL,
    events nvarchar(max) NOT NULL,
    processes nvarchar(max) NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY CLUSTERED (task_id)
);

CREATE INDEX ix_tasks_job ON dbo.tasks (role, environment, name, instance);

-- Promise 2: an instance has at most one active attempt. Also the index of active tasks.
CREATE UNIQUE INDEX ux_tasks_active_instance ON dbo.tasks (role, environment, name, instance)
    WHERE state IN ('INIT', 'THROTTLED', 'PENDING', 'ASSIGNED', 'STARTING', 'RUNNING', 'PREEMPTING', 'RESTARTING', 'DRAINING', 'KILLING', 'PARTITIONED');

CREATE TABLE dbo.workers (
    worker_id varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    host nvarchar(max) NOT NULL,
    session varchar(36) COLLATE Latin1_General_BIN2 NOT NULL,
    version nvarchar(max) NOT NULL,
    cpu float NOT NULL,
    ram bigint NOT NULL,
    disk bigint NOT NULL,
    gpu int NOT NULL,
    attributes nvarchar(max) NOT NULL,
    registered_at datetime2(3) NOT NULL,
    CONSTRAINT pk_workers PRIMARY KEY CLUSTERED (worker_id)
);

CREATE TABLE dbo.updates (
    update_id varchar(64) COLLATE Latin1_General_BIN2 NOT NULL,
    cluster varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    role varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    environment varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    name varchar(255) COLLATE Latin1_General_BIN2 NOT NULL,
    status varchar(40) COLLATE Latin1_General_BIN2 NOT NULL,
    user_name nvarchar(max) NOT NULL,
    created_at datetime2(3) NOT NULL,
    modified_at datetime2(3) NOT NULL,
    message nvarchar(max) NULL,
    target_configuration_id varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
    settings nvarchar(max) NOT NULL,
    instances nvarchar(max) NOT NULL,
    events nvarchar(max) NOT NULL,
    CONSTRAINT pk_updates PRIMARY KEY CLUSTERED (update_id)
);

CREATE INDEX ix_updates_job ON dbo.updates (role, environment, name, created_at);

CREATE TABLE dbo.replies (
    command_id varchar(36) COLLATE Latin1_General_BIN2 NOT NULL,
    command_digest varchar(128) COLLATE Latin1_General_BIN2 NOT NULL,
    reply nvarchar(max) NOT NULL,
    replied_at datetime2(3) NOT NULL,
    CONSTRAINT pk_replies PRIMARY KEY CLUSTERED (command_id)
);
