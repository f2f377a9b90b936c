-- Purpose: what workers report of a task's ports and of what it used. Same shape as SQLite's 0002_ports_and_usage.sql.
-- Locks: a schema lock on dbo.tasks for a moment: neither column makes SQL Server rewrite rows.
-- Tasks from before have no ports, and nothing is known of their usage. Both are JSON text that only the program reads.
-- One column a statement: an emulation may lack lists of columns.

ALTER TABLE dbo.tasks ADD ports nvarchar(max) NOT NULL CONSTRAINT df_tasks_ports DEFAULT '{}';

ALTER TABLE dbo.tasks ADD resource_usage nvarchar(max) NULL;
