package io.lockstep.backends;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.FencedException;
import io.lockstep.backends.markers.MarkerTables;
import io.lockstep.backends.markers.Markers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A backend's markers, on connections of its pool. */
final class BackendMarkers implements Markers {
    private static final Logger LOG = LoggerFactory.getLogger(BackendMarkers.class);

    /** Of a raise that deadlocked with transactions it was to fence. */
    private static final int MOST_TRIES = 5;

    private final PooledBackend backend;
    private final MarkerTables tables;

    /** The latest claim made by this object, or null. */
    private volatile Claim own;

    BackendMarkers(PooledBackend backend, MarkerTables tables) {
        this.backend = backend;
        this.tables = tables;
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(BackendConnection connection) throws SQLException;
    }

    private <T> T borrowed(Work<T> work) throws SQLException {
        BackendConnection connection = backend.borrow(backend.settings().connectTimeout());
        try {
            return work.with(connection);
        } finally {
            connection.release();
        }
    }

    /** Rolled back unless the work commits. */
    private <T> T inTransaction(Work<T> work) throws SQLException {
        return borrowed(
                connection -> {
                    connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
                    return work.with(connection);
                });
    }

    @Override
    public void create() throws SQLException {
        borrowed(
                connection -> {
                    connection.useIsolation(Connection.TRANSACTION_READ_COMMITTED);
                    tables.create(connection.jdbc());
                    return null;
                });
    }

    @Override
    public Optional<Claim> claim() throws SQLException {
        try {
            return inTransaction(connection -> tables.claim(connection.jdbc()));
        } catch (SQLException e) {
            if (backend.dialect().classify(e) == FailureClass.OBJECT_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void raise(Claim expected, Claim next) throws SQLException {
        if (expected != null && !isLegal(expected, next)) {
            throw new IllegalArgumentException("from " + expected + " back to " + next);
        }
        for (int tries = 1; ; tries++) {
            try {
                if (!tryRaise(expected, next)) {
                    lost(next);
                }
                own = next;
                backend.term().fence(next.epoch());
                return;
            } catch (SQLException e) {
                boolean again = backend.dialect().classify(e) == FailureClass.DEADLOCK;
                if (!again || tries == MOST_TRIES) {
                    throw e;
                }
                LOG.info(
                        "backend {}: raising the fence met those it fences ({}) and is tried again",
                        backend.name(),
                        e.getMessage());
            }
        }
    }

    /** Two who share an epoch could not be told apart by the fence. */
    private static boolean isLegal(Claim expected, Claim next) {
        boolean same = next.log().equals(expected.log()) && next.holder().equals(expected.holder());
        return next.epoch() > expected.epoch() || (next.epoch() == expected.epoch() && same);
    }

    private boolean tryRaise(Claim expected, Claim next) throws SQLException {
        return inTransaction(
                connection -> {
                    boolean won = tables.raise(connection.jdbc(), expected, next);
                    if (won) {
                        connection.commit();
                    }
                    return won;
                });
    }

    /** Unless the claim is our own, from an attempt whose answer was lost. */
    private void lost(Claim next) throws SQLException {
        Claim holder = claim().orElse(null);
        if (!next.equals(holder)) {
            throw new FencedException(
                    "backend " + backend.name() + ", claiming it for " + next, holder, null);
        }
    }

    @Override
    public long epoch() {
        return backend.term().epoch();
    }

    @Override
    public boolean isOwn(Claim claim) {
        Claim latest = own;
        return latest != null
                && latest.log().equals(claim.log())
                && latest.holder().equals(claim.holder());
    }

    @Override
    public Position position() throws SQLException {
        return inTransaction(connection -> tables.position(connection.jdbc()));
    }

    @Override
    public void advance(long watermark, long epoch) throws SQLException {
        List<Integer> emptiable =
                inTransaction(
                        connection -> {
                            setWatermark(connection, watermark, epoch);
                            connection.commit();
                            connection.begin(Connection.TRANSACTION_READ_COMMITTED, false);
                            return tables.emptiable(connection.jdbc(), watermark);
                        });
        for (int table : emptiable) {
            empty(table, watermark, epoch);
        }
    }

    /**
     * The connection tells the term; the fence alone would not, if the database has forgotten
     * commits and stands as it stood before.
     */
    private void setWatermark(BackendConnection connection, long watermark, long epoch)
            throws SQLException {
        if (connection.epoch() != epoch) {
            throw new SQLException(
                    "backend %s has left since it was known in epoch %d to hold all up to commit %d"
                            .formatted(backend.name(), epoch, watermark));
        }
        if (!tables.setWatermark(connection.jdbc(), watermark, epoch)) {
            throw new FencedException(
                    "backend " + backend.name() + ", watermark " + watermark,
                    tables.claim(connection.jdbc()).orElse(null),
                    null);
        }
    }

    private void empty(int table, long watermark, long epoch) throws SQLException {
        try {
            boolean more = true;
            while (more) {
                more =
                        inTransaction(
                                connection -> {
                                    // A database that was killed may have forgotten it.
                                    setWatermark(connection, watermark, epoch);
                                    boolean left =
                                            tables.empty(connection.jdbc(), table, watermark);
                                    connection.commit();
                                    return left;
                                });
            }
        } catch (SQLException e) {
            if (!backend.dialect().classify(e).isTransient()) {
                throw e;
            }
            LOG.debug(
                    "backend {}: marker table {} is in use and stays for now: {}",
                    backend.name(),
                    table,
                    e.getMessage());
        }
    }

    @Override
    public List<String> nonDurableTables() throws SQLException {
        return backend.readCatalogue().tables().values().stream()
                .filter(table -> table.kind() == Catalogue.Kind.TABLE && !table.durable())
                .map(Table::name)
                .map(name -> name.schema() + "." + name.name())
                .sorted()
                .toList();
    }
}
