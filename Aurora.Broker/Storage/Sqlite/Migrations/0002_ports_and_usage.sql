-- Purpose: what workers report of a task's ports and of what it used. Same shape as SQL Server's 0002_ports_and_usage.sql.
-- Locks: runs inside BEGIN IMMEDIATE; readers go on, other writers wait. No row is rewritten.
-- Both are JSON text that only the program reads. NULL is what tasks from before have: no ports, and nothing is known of their usage.

ALTER TABLE tasks ADD COLUMN ports TEXT NULL;

ALTER TABLE tasks ADD COLUMN resource_usage TEXT NULL;
