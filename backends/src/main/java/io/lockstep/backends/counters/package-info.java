/**
 * What numbers rows in a database, and where it stands: sequences, and the counters of identity and
 * AUTO_INCREMENT columns.
 *
 * <p>Knows names of sequences and columns, positions and steps. Does not know how an engine keeps
 * them: each {@link io.lockstep.backends.dialect.Dialect} brings its own {@link
 * io.lockstep.backends.counters.Counters}, where to start reading. No threads of its own; callers
 * block for a few round trips. Called by the controller's {@code allocation}, which hands out the
 * numbers, and by its admin commands.
 */
package io.lockstep.backends.counters;
