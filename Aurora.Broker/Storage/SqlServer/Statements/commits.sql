-- The frame of a commit. The whole commit goes to the server as one batch: it costs one round trip, and the server never holds the lease row
-- while it waits for the network, so a leader whose machine dies in the middle does not keep the next one out.

-- name: begin_commit
-- Parameters: epoch. Error 50001 when the epoch is over or was given up; nothing is written then.
-- Locks: the lease row, until the commit ends. It is an UPDATE and not a SELECT with hints, because a plain read under
-- READ_COMMITTED_SNAPSHOT would see the row as it was before another broker's uncommitted taking.
SET XACT_ABORT ON;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
BEGIN TRANSACTION;
UPDATE dbo.leases SET last_commit_at = SYSUTCDATETIME() WHERE name = 'leader' AND epoch = @epoch AND holder IS NOT NULL;
IF @@ROWCOUNT = 0
BEGIN
    ROLLBACK TRANSACTION;
    THROW 50001, N'The epoch is over.', 1;
END;

-- name: end_commit
COMMIT TRANSACTION;

-- name: abandon_commit
-- After an error: XACT_ABORT has rolled back already, except where it is not honoured.
IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
