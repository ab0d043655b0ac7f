package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.controller.execution.NoConnectionException;
import io.lockstep.controller.execution.ParameterBinder;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.sql.RowClaim;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.protocol.SqlState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * SELECT .. SKIP LOCKED, as workers take jobs from a queue. All such reads ask the same database,
 * the first in service, so that it is one database that decides who skips what. The rows it gives
 * are then locked here, without waiting, before the client sees them: from then on the controller's
 * locks protect them, whatever becomes of that database.
 *
 * <p>A row may be locked here already: its holder has not reached the database yet, has rolled back
 * there and not everywhere, or found it on a database that has died since. Then the rows are given
 * back and looked for again; if that does not help, their holder is waited for.
 */
final class Claims {
    /**
     * These do not wait: who is about to lock or free a row in the database is there by then. Then
     * every other one waits for whoever holds the rows.
     */
    private static final int EAGER_ATTEMPTS = 3;

    private static final int ATTEMPTS_MAX = 8;

    private final VirtualDatabase database;
    private final Locking locking;
    private final Transactions transactions;
    private final Dispatch again;

    Claims(VirtualDatabase database, Locking locking, Transactions transactions, Dispatch again) {
        this.database = database;
        this.locking = locking;
        this.transactions = transactions;
        this.again = again;
    }

    /**
     * Locking rows one by one takes READ COMMITTED: a snapshot would show rows that were done
     * meanwhile.
     */
    static boolean possible(ClientTransaction transaction, StatementClass what) {
        return what.claim().isPresent()
                && transaction.isolation() <= Connection.TRANSACTION_READ_COMMITTED;
    }

    /** One statement on its way. */
    private record Claim(
            SessionContext session,
            ClientTransaction transaction,
            Statement statement,
            StatementClass what,
            Runnable lockTable,
            Completion completion) {
        RowClaim rows() {
            return what.claim().orElseThrow();
        }
    }

    /**
     * Answers on {@code completion}.
     *
     * @param lockTable follows instead if rows cannot be locked one by one
     */
    void claim(
            SessionContext session,
            ClientTransaction transaction,
            Statement statement,
            StatementClass what,
            Runnable lockTable,
            Completion completion) {
        Claim claim = new Claim(session, transaction, statement, what, lockTable, completion);
        acquire(
                claim,
                what.locks(statement.parameterRows()),
                database.lockTimeout().toNanos(),
                () -> attempt(claim, 1),
                error -> failed(claim, error));
    }

    private void failed(Claim claim, SQLException error) {
        transactions.statementFailed(claim.transaction, error, claim.completion);
    }

    private void acquire(
            Claim claim,
            List<LockRequest> locks,
            long timeoutNanos,
            Locking.Step granted,
            Consumer<SQLException> refused) {
        locking.acquire(
                claim.session,
                new Locking.Need(
                        claim.transaction,
                        locks,
                        true,
                        timeoutNanos,
                        claim.what,
                        () -> again.dispatch(claim.session, claim.statement, claim.completion)),
                granted,
                refused);
    }

    private void attempt(Claim claim, int number) throws SQLException {
        transactions.admitted(claim.transaction);
        claim.session.active().check();
        BackendHandle arbiter = arbiter(claim);
        BackendConnection connection = arbiter == null ? null : connect(claim, arbiter);
        if (connection == null || number > ATTEMPTS_MAX) {
            claim.lockTable.run();
            return;
        }
        try {
            Savepoint before = connection.jdbc().setSavepoint();
            CopiedRows found = find(claim, arbiter, connection);
            Optional<List<LockRequest>> locks = locks(claim, found);
            if (locks.isEmpty()) {
                connection.jdbc().rollback(before);
                claim.lockTable.run();
            } else if (number <= EAGER_ATTEMPTS || number % 2 == 1) {
                lockFound(claim, number, connection, before, found, locks.get());
            } else {
                connection.jdbc().rollback(before);
                waitFor(claim, number, locks.get());
            }
        } catch (SQLException e) {
            if (!survived(claim, arbiter, e)) {
                throw e;
            }
            attempt(claim, number + 1);
        }
    }

    /** Null if this transaction has to read somewhere else. */
    private BackendHandle arbiter(Claim claim) throws SQLException {
        List<BackendHandle> serving = database.backends().inService();
        BackendHandle home = claim.transaction.backends().home();
        return serving.isEmpty() || (home != null && home != serving.get(0))
                ? null
                : serving.get(0);
    }

    /** Null if none is to be had. */
    private static BackendConnection connect(Claim claim, BackendHandle arbiter)
            throws SQLException {
        try {
            return claim.transaction.backends().homeConnection(arbiter);
        } catch (NoConnectionException e) {
            return null; // reads ask another one, and that is no arbiter
        }
    }

    private static CopiedRows find(Claim claim, BackendHandle arbiter, BackendConnection connection)
            throws SQLException {
        Dialect dialect = arbiter.backend().dialect();
        StatementCall.Rendered rendered =
                new Rendering(
                                claim.what,
                                List.of(claim.statement.parameters()),
                                BackendConnection.KeyColumns.NONE,
                                Instant.now(),
                                claim.session.settings().zone())
                        .render(dialect);
        PreparedStatement prepared =
                connection.prepare(rendered.text(), BackendConnection.KeyColumns.NONE);
        arbiter.readBegins();
        claim.session.active().interruptedBy(claim.transaction.backends()::cancelRunning);
        connection.running(prepared);
        try {
            prepared.setMaxRows(claim.statement.maxRows());
            ParameterBinder.bind(prepared, rendered.parameterRows().get(0), dialect);
            try (ResultSet result = prepared.executeQuery()) {
                return CopiedRows.of(result, dialect);
            }
        } finally {
            connection.running(null);
            claim.session.active().interruptedBy(null);
            connection.giveBack(prepared);
            arbiter.readEnds();
        }
    }

    /** Empty if the rows found cannot be told apart by their key. */
    private static Optional<List<LockRequest>> locks(Claim claim, CopiedRows found) {
        List<Integer> positions = claim.rows().positions();
        for (int i = 0; i < positions.size(); i++) {
            int position = positions.get(i);
            boolean asExpected =
                    position < found.description().columnCount()
                            && found.description()
                                    .columns()
                                    .get(position)
                                    .label()
                                    .equalsIgnoreCase(claim.rows().columns().get(i));
            if (!asExpected) {
                return Optional.empty();
            }
        }
        return claim.rows().locks(found.rows());
    }

    /** The savepoint stays: it ends with the transaction, and to release it is a round trip. */
    private void lockFound(
            Claim claim,
            int number,
            BackendConnection connection,
            Savepoint before,
            CopiedRows found,
            List<LockRequest> locks) {
        acquire(
                claim,
                locks,
                0,
                () -> {
                    claim.session.hasRead(
                            claim.transaction.backends().home(), database.clock().issued());
                    claim.completion.done(new StatementResult.Rows(found));
                },
                error -> {
                    if (SqlState.LOCK_NOT_AVAILABLE.code().equals(error.getSQLState())) {
                        lookAgain(claim, number + 1, connection, before);
                    } else {
                        failed(claim, error);
                    }
                });
    }

    private void lookAgain(
            Claim claim, int number, BackendConnection connection, Savepoint before) {
        try {
            BackendHandle home = claim.transaction.backends().home();
            try {
                connection.jdbc().rollback(before);
            } catch (SQLException e) {
                if (home == null || !survived(claim, home, e)) {
                    throw e;
                }
            }
            attempt(claim, number);
        } catch (SQLException e) {
            failed(claim, e);
        }
    }

    /** With nothing locked in the database, so that the holder can finish there. */
    private void waitFor(Claim claim, int number, List<LockRequest> locks) {
        acquire(
                claim,
                locks,
                database.lockTimeout().toNanos(),
                () -> attempt(claim, number + 1),
                error -> failed(claim, error));
    }

    /** The transaction goes on with the others, or on a new connection. */
    private static boolean survived(Claim claim, BackendHandle arbiter, SQLException e)
            throws SQLException {
        return arbiter.backend().dialect().classify(e) == FailureClass.CONNECTION
                && claim.transaction.backends().survives(arbiter, e);
    }
}
