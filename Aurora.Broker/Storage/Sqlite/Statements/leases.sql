-- The leadership. Times come from the program's clock: SQLite's is the same machine's, and tests hold the program's still.

-- name: acquire_lease
-- Parameters: holder, address, now, expires (unix milliseconds). One row with the new epoch, or none while another one holds it.
-- Every taking has a new epoch, also one's own: what an earlier leadership left unfinished must not be written in the new one.
UPDATE leases SET holder = @holder, address = @address, epoch = epoch + 1, expires_at = @expires
WHERE name = 'leader' AND (holder IS NULL OR holder = @holder OR expires_at <= @now)
RETURNING epoch;

-- name: renew_lease
-- Parameters: holder, epoch, expires. Touches no row when another one has taken it.
UPDATE leases SET expires_at = @expires WHERE name = 'leader' AND holder = @holder AND epoch = @epoch;

-- name: release_lease
-- Parameters: holder, epoch, now. The epoch stays, so that the next one is greater.
UPDATE leases SET holder = NULL, expires_at = @now WHERE name = 'leader' AND holder = @holder AND epoch = @epoch;

-- name: check_epoch
-- Parameters: epoch, now. Touches no row when the epoch is over or was given up. Runs first in every commit.
UPDATE leases SET last_commit_at = @now WHERE name = 'leader' AND epoch = @epoch AND holder IS NOT NULL;
