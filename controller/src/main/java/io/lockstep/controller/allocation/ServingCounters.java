package io.lockstep.controller.allocation;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.backends.counters.Counters;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.protocol.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** The counters of the backends in service. A backend that cannot be asked leaves it. */
public final class ServingCounters implements CounterStore {
    private static final int ATTEMPTS_MAX = 3;

    private final BackendGroup group;
    private final Slots slots;
    private final Duration timeout;

    /** Keeps connections free for those they were promised to. */
    public interface Slots {
        /** Waits until a connection of this backend may be borrowed. */
        void begin(BackendHandle backend, Duration timeout) throws SQLException;

        void end(BackendHandle backend);
    }

    /**
     * @param timeout longest wait for a connection
     */
    public ServingCounters(BackendGroup group, Slots slots, Duration timeout) {
        this.group = group;
        this.slots = slots;
        this.timeout = timeout;
    }

    /** What is done on one backend's connection, which is in auto-commit mode. */
    @FunctionalInterface
    private interface Work {
        void run(Counters counters, Connection connection) throws SQLException;
    }

    @Override
    public CounterPosition read(Counter counter) throws SQLException {
        CounterPosition[] furthest = new CounterPosition[1];
        for (BackendHandle handle : group.inService()) {
            on(
                    handle,
                    (counters, connection) -> {
                        Optional<CounterPosition> found =
                                counters.position(connection, counter, true);
                        if (found.isPresent()) {
                            furthest[0] =
                                    furthest[0] == null
                                            ? found.get()
                                            : furthest[0].furthest(found.get());
                        }
                    });
        }
        if (furthest[0] == null) {
            throw new SQLException(
                    "no database knows " + counter + ", so no value of it can be given",
                    SqlState.WRONG_STATE.code());
        }
        return furthest[0];
    }

    @Override
    public boolean reserves(Counter counter) {
        return group.inService().stream()
                .anyMatch(h -> h.backend().dialect().counters().reserves(counter));
    }

    @Override
    public void reserve(Counter counter, long used) throws SQLException {
        for (BackendHandle handle : group.inService()) {
            if (handle.backend().dialect().counters().reserves(counter)) {
                on(handle, (counters, connection) -> counters.reserve(connection, counter, used));
            }
        }
    }

    @Override
    public long view() {
        return group.membership().view().number();
    }

    @Override
    public void align(Counter counter, long used) throws SQLException {
        for (BackendHandle handle : group.inService()) {
            Counters own = handle.backend().dialect().counters();
            boolean inTransaction =
                    !own.reserves(counter)
                            && counter.columns().stream()
                                    .anyMatch(c -> own.catchUp(c, used, true).isPresent());
            if (!inTransaction) {
                on(handle, (counters, connection) -> counters.settle(connection, counter, used));
            }
        }
    }

    private void on(BackendHandle handle, Work work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            slots.begin(handle, timeout);
            BackendConnection connection = null;
            try {
                connection = group.borrow(handle, timeout);
                if (connection == null) {
                    return; // it has left service
                }
                connection.useIsolation(Connection.TRANSACTION_READ_COMMITTED);
                work.run(handle.backend().dialect().counters(), connection.jdbc());
                return;
            } catch (SQLException e) {
                if (handle.backend().dialect().classify(e) != FailureClass.CONNECTION) {
                    throw e;
                }
                if (connection != null) {
                    connection.discard("lost while its counters were asked");
                    connection = null;
                }
                switch (group.connectionLost(handle, e)) {
                    case LEFT -> {
                        return;
                    }
                    case ALIVE, LAST -> {
                        if (attempt == ATTEMPTS_MAX) {
                            throw e;
                        }
                    }
                }
            } finally {
                if (connection != null) {
                    connection.release();
                }
                slots.end(handle);
            }
        }
    }
}
