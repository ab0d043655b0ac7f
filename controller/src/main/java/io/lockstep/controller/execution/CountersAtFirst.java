package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.catalogue.TableName;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.counters.CounterPosition;
import io.lockstep.backends.counters.Counters;
import io.lockstep.controller.redo.RedoStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Where the counters of the databases stand in front of a statement whose rows they number by
 * themselves, all alike: read when it is run at first, and set when it is done again, so that the
 * numbers come out the same whatever that database has skipped meanwhile.
 */
final class CountersAtFirst {
    private CountersAtFirst() {}

    /** A database whose counter does not stand where it must, and cannot be put there. */
    static final class BeyondException extends SQLException {
        private static final long serialVersionUID = 1L;

        private final transient RedoStep.Counted counted;

        private BeyondException(RedoStep.Counted counted) {
            super(
                    "%s cannot be set back within a transaction to give %d next"
                            .formatted(counter(counted), counted.next()));
            this.counted = counted;
        }

        RedoStep.Counted counted() {
            return counted;
        }
    }

    /**
     * Asks for each the first database that can tell.
     *
     * @param parts of the statement's transaction
     * @return without those that none can tell
     * @throws UnreadException if a connection fails
     */
    static RedoStep.Counting read(List<TransactionPart> parts, Collection<Counter> counters)
            throws UnreadException {
        List<RedoStep.Counted> known = new ArrayList<>();
        for (Counter counter : counters) {
            for (TransactionPart part : parts) {
                Counters own = part.handle().backend().dialect().counters();
                if (own.tellsNext(counter)) {
                    Optional<CounterPosition> position = position(part, own, counter);
                    position.filter(p -> !p.exhausted())
                            .ifPresent(p -> known.add(counted(counter, p.next())));
                    break;
                }
            }
        }
        return new RedoStep.Counting(known);
    }

    /** Whose connection failed. */
    static final class UnreadException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient TransactionPart part;
        private final transient SQLException failure;

        private UnreadException(TransactionPart part, SQLException failure) {
            super(failure);
            this.part = part;
            this.failure = failure;
        }

        TransactionPart part() {
            return part;
        }

        SQLException failure() {
            return failure;
        }
    }

    private static Optional<CounterPosition> position(
            TransactionPart part, Counters own, Counter counter) throws UnreadException {
        try {
            return own.position(part.connection().jdbc(), counter, false);
        } catch (SQLException e) {
            throw new UnreadException(part, e);
        }
    }

    private static RedoStep.Counted counted(Counter counter, long next) {
        List<RedoStep.NumberedColumn> columns = new ArrayList<>();
        for (CountedColumn each : counter.columns()) {
            columns.add(
                    new RedoStep.NumberedColumn(
                            each.table().schema(), each.table().name(), each.column()));
        }
        return new RedoStep.Counted(counter.sequence(), columns, next);
    }

    private static Counter counter(RedoStep.Counted counted) {
        List<CountedColumn> columns = new ArrayList<>();
        for (RedoStep.NumberedColumn each : counted.columns()) {
            columns.add(
                    new CountedColumn(new TableName(each.schema(), each.table()), each.column()));
        }
        return new Counter(counted.sequence(), columns);
    }

    /**
     * In the transaction that does the statement again.
     *
     * @throws BeyondException if one stands too far for that
     */
    static void set(BackendConnection connection, RedoStep.Counting counting) throws SQLException {
        connection.markSessionStateChanged(); // some engines are told by a setting
        for (RedoStep.Counted each : counting.counters()) {
            if (!repeat(connection, each, true)) {
                throw new BeyondException(each);
            }
        }
    }

    /**
     * Outside of any transaction.
     *
     * @return false if the engine cannot set it back there either
     */
    static boolean setBack(BackendConnection connection, RedoStep.Counted counted)
            throws SQLException {
        connection.useIsolation(Connection.TRANSACTION_READ_COMMITTED);
        return repeat(connection, counted, false);
    }

    private static boolean repeat(
            BackendConnection connection, RedoStep.Counted counted, boolean inTransaction)
            throws SQLException {
        Counters own = connection.backend().dialect().counters();
        return own.repeat(connection.jdbc(), counter(counted), counted.next(), inTransaction);
    }
}
