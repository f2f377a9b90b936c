namespace Aurora.Broker.Storage.Migrations;

/// <summary>Decides which steps a database still needs, and refuses a database that this program must not touch.</summary>
internal static class MigrationPlan
{
    /// <summary>Compares what a database has with what the program knows.</summary>
    /// <param name="applied">The database's rows.</param>
    /// <param name="known">The program's steps, in order.</param>
    /// <returns>The steps to run, in order; none when the schema is current.</returns>
    /// <exception cref="StoreException">The schema is newer than the program, has a gap, or a step was changed after it was run.</exception>
    public static IReadOnlyList<Migration> Pending(IReadOnlyList<AppliedMigration> applied, IReadOnlyList<Migration> known)
    {
        var done = applied.ToDictionary(step => step.Number);
        var newest = done.Count == 0 ? 0 : done.Keys.Max();
        var newestKnown = known.Count == 0 ? 0 : known[^1].Number;
        if (newest > newestKnown)
        {
            throw new StoreException(
                $"The store's schema is at step {newest} ({done[newest].Name}), but this program knows only up to {newestKnown}: run the newer release.");
        }

        foreach (var step in known.Where(step => step.Number <= newest))
        {
            if (!done.TryGetValue(step.Number, out var row))
                throw new StoreException($"The store's schema is at step {newest}, but step {step.Number} ({step.Name}) was never run: restore schema_migrations.");
            if (!string.Equals(row.Checksum, step.Checksum, StringComparison.Ordinal))
            {
                throw new StoreException(
                    $"Step {step.Number} ({step.Name}) of the store's schema was run with checksum {row.Checksum}, and this program has {step.Checksum}: "
                    + "a released migration must not change. Run the release that made the store, or one after it.");
            }
        }

        return [.. known.Where(step => step.Number > newest)];
    }
}
