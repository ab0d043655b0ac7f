package io.lockstep.controller.recovery;

import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.Markers;
import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.controller.execution.BackendHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the databases over for this reign: looks first who holds each of them, and raises the
 * fences only if all are this log's or nobody's. From then on no commit of an earlier reign can
 * succeed.
 */
final class Fencing {
    private static final Logger log = LoggerFactory.getLogger(Fencing.class);
    private static final Duration ZOMBIES_GO = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final String database;
    private final UUID logIdentity;
    private final Map<BackendHandle, Optional<Claim>> found = new LinkedHashMap<>();
    private final Map<BackendHandle, SQLException> failed = new LinkedHashMap<>();

    Fencing(String database, UUID logIdentity) {
        this.database = database;
        this.logIdentity = logIdentity;
    }

    /**
     * Reads who holds each; changes nothing but missing tables of Lockstep's own.
     *
     * @throws StartRefusedException if one belongs to another virtual database or log
     */
    void look(List<BackendHandle> handles) throws StartRefusedException {
        for (BackendHandle handle : handles) {
            try {
                Markers markers = handle.backend().markers();
                Optional<Claim> claim = markers.claim();
                if (claim.isPresent() && !claim.get().log().equals(logIdentity)) {
                    throw foreign(handle, claim.get());
                }
                found.put(handle, claim);
            } catch (SQLException e) {
                failed.put(handle, e);
            }
        }
    }

    private StartRefusedException foreign(BackendHandle handle, Claim claim) {
        return new StartRefusedException(
                claim.virtualDatabase().equals(database)
                        ? "%s: backend %s follows another recovery log than the one in dataDir: it is held by %s. If dataDir was lost or is a new one, restore it; if that other controller still runs, do not start a second one. Nothing was changed"
                                .formatted(database, handle, claim)
                        : "%s: backend %s belongs to another virtual database: it is held by %s. Correct its url. Nothing was changed"
                                .formatted(database, handle, claim));
    }

    /**
     * Before anything is changed: a database that holds what the log does not know shows that
     * dataDir is an old copy, and its own log is somewhere else.
     */
    void refuseUnknownCommits(long newest) throws StartRefusedException {
        for (Map.Entry<BackendHandle, Optional<Claim>> each : Map.copyOf(found).entrySet()) {
            BackendHandle handle = each.getKey();
            if (each.getValue().isEmpty()) {
                continue;
            }
            try {
                Markers.Position position = handle.backend().markers().position();
                long[] markers = position.markers();
                long highest =
                        markers.length == 0 ? position.watermark() : markers[markers.length - 1];
                if (highest > newest) {
                    throw new StartRefusedException(
                            "%s: backend %s holds commit %d, and the recovery log in dataDir ends with %d: it is an old copy. Nothing was changed; start with the newest dataDir"
                                    .formatted(database, handle, highest, newest));
                }
            } catch (SQLException e) {
                found.remove(handle);
                failed.put(handle, e);
            }
        }
    }

    /** The newest epoch that any of them knows; 0 if none does. */
    long newestEpoch() {
        return found.values().stream()
                .flatMap(Optional::stream)
                .mapToLong(Claim::epoch)
                .max()
                .orElse(0);
    }

    /** Those that could not be asked or taken over, and why. */
    Map<BackendHandle, SQLException> failed() {
        return failed;
    }

    /**
     * Raises the fences of those that were ours, and of those that begin.
     *
     * @param beginning databases without tables of Lockstep's that are taken as they are
     * @return those that have been taken over
     * @throws StartRefusedException if somebody else was faster, or two of them are one database
     */
    List<BackendHandle> raise(long epoch, String holder, List<BackendHandle> beginning)
            throws StartRefusedException {
        Claim next = new Claim(database, logIdentity, epoch, 0, holder, System.currentTimeMillis());
        for (Map.Entry<BackendHandle, Optional<Claim>> each : Map.copyOf(found).entrySet()) {
            BackendHandle handle = each.getKey();
            if (each.getValue().isEmpty() && !beginning.contains(handle)) {
                found.remove(handle);
                failed.put(
                        handle,
                        new SQLException(
                                "it holds no table of Lockstep's, although this virtual database has been in service: was it replaced or emptied? It needs a full copy"));
                continue;
            }
            try {
                handle.backend().markers().create();
                raise(handle, each.getValue().orElse(null), next);
            } catch (FencedException e) {
                throw new StartRefusedException(
                        "%s: backend %s was taken over by somebody else at this moment: %s. Nothing is served"
                                .formatted(database, handle, e.getMessage()),
                        e);
            } catch (SQLException e) {
                found.remove(handle);
                failed.put(handle, e);
            }
        }
        return List.copyOf(found.keySet());
    }

    /** Sessions of a dead controller may hold the tables until the database has noticed. */
    private void raise(BackendHandle handle, Claim expected, Claim next) throws SQLException {
        long deadline = System.nanoTime() + ZOMBIES_GO.toNanos();
        while (true) {
            try {
                handle.backend().markers().raise(expected, next);
                return;
            } catch (SQLException e) {
                boolean held = handle.backend().dialect().classify(e).isTransient();
                if (!held || System.nanoTime() > deadline) {
                    throw e;
                }
                log.info("{}: backend {} is not free yet: {}", database, handle, e.getMessage());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
