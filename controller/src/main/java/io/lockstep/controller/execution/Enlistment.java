package io.lockstep.controller.execution;

import io.lockstep.backends.BackendBusyException;
import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Makes a backend part of one client transaction: borrows a connection, begins, and does again what
 * the transaction has done so far, if anything. Belongs to the transaction's thread.
 */
final class Enlistment {
    private static final long REENACT_NANOS = 1_000_000_000;

    private final BackendGroup group;
    private final FanOut fanOut;
    private final TransactionJournal journal;
    private final int isolation;
    private final boolean readOnly;
    private final BackendTransaction.SetUp setUp;
    private final Duration borrowTimeout;
    private final long bornNanos = System.nanoTime();

    Enlistment(
            BackendGroup group,
            FanOut fanOut,
            TransactionJournal journal,
            int isolation,
            boolean readOnly,
            BackendTransaction.SetUp setUp,
            Duration borrowTimeout) {
        this.group = group;
        this.fanOut = fanOut;
        this.journal = journal;
        this.isolation = isolation;
        this.readOnly = readOnly;
        this.setUp = setUp;
        this.borrowTimeout = borrowTimeout;
    }

    /**
     * Begins the transaction on one more backend.
     *
     * @return null if the backend was found dead and has left
     * @throws NoConnectionException if it lives but gives no connection
     */
    TransactionPart join(BackendHandle handle) throws SQLException {
        BackendConnection connection = group.insistOn(handle, borrowTimeout);
        if (connection == null) {
            return null;
        }
        try {
            return begin(handle, connection);
        } catch (SQLException e) {
            if (!isLost(handle, e)) {
                throw e;
            }
            return switch (group.connectionLost(handle, e)) {
                case LEFT -> null;
                case ALIVE -> reenact(handle, e);
                case LAST -> throw group.noneLeft(e);
            };
        }
    }

    private TransactionPart begin(BackendHandle handle, BackendConnection connection)
            throws SQLException {
        TransactionPart part = new TransactionPart(new FanOut.Participant(handle, connection));
        boolean begun = false;
        try {
            setUp.apply(connection);
            connection.begin(isolation, readOnly);
            journal.replay(connection, part.savepoints);
            begun = true;
            return part;
        } finally {
            if (!begun) {
                connection.discard("could not begin a transaction");
            }
        }
    }

    static boolean isLost(BackendHandle handle, SQLException e) {
        return handle.backend().dialect().classify(e) == FailureClass.CONNECTION;
    }

    /**
     * Does all of this transaction again on a new connection to a backend that lives. If that fails
     * within {@link #REENACT_NANOS}, the backend leaves.
     *
     * @return null if it has left
     */
    TransactionPart reenact(BackendHandle handle, SQLException why) throws SQLException {
        SQLException latest = why;
        long deadline = System.nanoTime() + REENACT_NANOS;
        for (long left = REENACT_NANOS; left > 0; left = deadline - System.nanoTime()) {
            try {
                BackendConnection connection = group.insistOn(handle, Duration.ofNanos(left));
                return connection == null ? null : repeat(handle, connection);
            } catch (BackendBusyException e) {
                throw rolledBack(e); // says nothing about the backend
            } catch (SQLException e) {
                latest = e;
                if (!isLost(handle, e)) {
                    break;
                }
            } catch (RuntimeException | Error e) {
                latest = new SQLException("the driver failed: " + e, e);
                break;
            }
        }
        BackendGroup.Fate fate =
                group.leave(
                        handle,
                        BackendState.LOST,
                        "a connection was lost, and an open transaction could not be repeated on a new one: "
                                + latest.getMessage());
        if (fate == BackendGroup.Fate.LAST) {
            throw group.noneLeft(latest);
        }
        return null;
    }

    /**
     * Does all of this transaction on one more backend, which stays if that fails.
     *
     * @return null if it was found dead and has left
     * @throws SQLException if it does not do it now, or gives another answer
     */
    TransactionPart repeat(BackendHandle handle) throws SQLException {
        BackendConnection connection = group.borrow(handle, borrowTimeout);
        return connection == null ? null : repeat(handle, connection);
    }

    /** Doing it again takes no longer than it took. */
    private TransactionPart repeat(BackendHandle handle, BackendConnection connection)
            throws SQLException {
        try (FanOut.Deadline deadline =
                fanOut.deadline(
                        new FanOut.Participant(handle, connection),
                        System.nanoTime() - bornNanos)) {
            return begin(handle, connection);
        }
    }

    static SQLException rolledBack(SQLException cause) {
        return new SQLException(
                "a connection was lost and could not be replaced: "
                        + cause.getMessage()
                        + "; rolled back on all backends, may be tried again",
                SqlState.ROLLED_BACK.code(),
                cause);
    }
}
