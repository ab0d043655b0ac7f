/**
 * What Lockstep keeps about itself inside each database: which commits are there (markers and a
 * watermark) and who may commit (claim and fence).
 *
 * <p>A marker is a row inserted in the transaction it stands for, so the database itself knows
 * which transactions it holds. The fence is a row that each marker insert reads; once it is raised,
 * nobody who carries an older epoch commits any more. Knows numbers and who holds them. Does not
 * know how an engine keeps them: each {@link io.lockstep.backends.dialect.Dialect} brings its own
 * {@link io.lockstep.backends.markers.MarkerTables}. Start reading at {@link
 * io.lockstep.backends.markers.Markers}; commits go through {@link
 * io.lockstep.backends.BackendConnection#commit(Marker)}. No threads of its own. Called by the
 * controller's commit path, at its start, and by whatever brings a database level.
 */
package io.lockstep.backends.markers;
