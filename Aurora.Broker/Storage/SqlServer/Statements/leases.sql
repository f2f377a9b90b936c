-- The leadership, by the server's clock. Each statement is a transaction of its own and says its isolation itself: a pooled connection may carry another.

-- name: acquire_lease
-- Parameters: holder, address, duration (milliseconds). One row with the new epoch, or none while another one holds it.
-- Every taking has a new epoch, also one's own: what an earlier leadership left unfinished must not be written in the new one.
-- Locks: the lease row. A commit that is under way holds it, so a new leader reads everything that the old one wrote.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
UPDATE dbo.leases
SET holder = @holder, address = @address, epoch = epoch + 1, expires_at = DATEADD(MILLISECOND, @duration, SYSUTCDATETIME())
OUTPUT INSERTED.epoch
WHERE name = 'leader' AND (holder IS NULL OR holder = @holder OR expires_at <= SYSUTCDATETIME());

-- name: renew_lease
-- Parameters: holder, epoch, duration (milliseconds). Touches no row when another one has taken it.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
UPDATE dbo.leases SET expires_at = DATEADD(MILLISECOND, @duration, SYSUTCDATETIME())
WHERE name = 'leader' AND holder = @holder AND epoch = @epoch;

-- name: release_lease
-- Parameters: holder, epoch. The epoch stays, so that the next one is greater.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
UPDATE dbo.leases SET holder = NULL, expires_at = SYSUTCDATETIME() WHERE name = 'leader' AND holder = @holder AND epoch = @epoch;
