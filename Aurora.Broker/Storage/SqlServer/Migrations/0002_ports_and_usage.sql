-- Purpose: what workers report of a task's ports and of what it used. Same shape as SQLite's 0002_ports_and_usage.sql.
-- Locks: a schema lock on dbo.tasks for a moment; no row is rewritten.
-- Both are JSON text that only the program reads. NULL is what tasks from before have: no ports, and nothing is known of their usage.
-- No default constraint: its name would be made up by the server, or ignored by an emulation. One column a statement: an emulation may lack lists.

ALTER TABLE dbo.tasks ADD ports nvarchar(max) NULL;

ALTER TABLE dbo.tasks ADD resource_usage nvarchar(max) NULL;
