package io.lockstep.controller.request;

import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.LockResult;
import io.lockstep.controller.scheduler.Resource;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.protocol.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Takes locks for a request without blocking its thread: what comes next is a continuation. */
final class Locking {
    private static final LockRequest DATABASE_INTENT_SHARE =
            new LockRequest(Resource.DATABASE, LockMode.INTENT_SHARE);

    private final VirtualDatabase database;
    private final SyntaxCheck syntax;

    Locking(VirtualDatabase database, SyntaxCheck syntax) {
        this.database = database;
        this.syntax = syntax;
    }

    /** What follows once the locks are held. Whatever it throws goes to the failure handler. */
    @FunctionalInterface
    interface Step {
        void run() throws SQLException;
    }

    /**
     * One need for locks.
     *
     * @param admission whether the owner also needs its permit for connections
     * @param timeoutNanos 0 = do not wait
     * @param what whose locks these are
     * @param stale follows instead of the next step if the catalogue has changed while this waited:
     *     the text must be judged anew
     */
    record Need(
            LockOwner owner,
            List<LockRequest> requests,
            boolean admission,
            long timeoutNanos,
            StatementClass what,
            Runnable stale) {}

    /**
     * Runs {@code granted} or {@code failed} on the session's thread, now or later; exactly one of
     * them.
     */
    void acquire(SessionContext session, Need need, Step granted, Consumer<SQLException> failed) {
        // Where the tables are known the text was understood, and triggers or the like want it all.
        boolean escapedCall = need.what().isCall() && need.what().parameterCount() > 0;
        if (!escapedCall
                && need.what().tablesWritten().isEmpty()
                && stopsEverybody(need.requests())) {
            SQLException objection = syntax.objection(session, need.what()).orElse(null);
            if (objection != null) {
                failed.accept(objection);
                return;
            }
        }
        ActiveRequest active = session.active();
        LockManager.Options options =
                new LockManager.Options(need.timeoutNanos(), need.admission());
        boolean now =
                database.locks()
                        .acquire(
                                need.owner(),
                                need.requests(),
                                options,
                                result ->
                                        session.loop()
                                                .execute(
                                                        () ->
                                                                resume(
                                                                        active, need, result,
                                                                        granted, failed)));
        if (now) {
            run(active, need, granted, failed);
        } else {
            active.interruptedBy(() -> database.locks().cancel(need.owner()));
        }
    }

    private void resume(
            ActiveRequest active,
            Need need,
            LockResult result,
            Step granted,
            Consumer<SQLException> failed) {
        active.interruptedBy(null);
        if (result instanceof LockResult.Granted) {
            run(active, need, granted, failed);
        } else {
            failed.accept(explain(active, result));
        }
    }

    private void run(ActiveRequest active, Need need, Step granted, Consumer<SQLException> failed) {
        try {
            // Just after the grant: its client may be gone, and then nobody would end what began.
            active.check();
            if (writes(need.what())) {
                // In this order: if writes have just gone on behind late DDL, the class shows it.
                database.backends().writes().check();
            }
        } catch (SQLException e) {
            failed.accept(e);
            return;
        }
        if (!need.what().isCurrent()) {
            need.stale().run();
            return;
        }
        try {
            granted.run();
        } catch (SQLException e) {
            failed.accept(e);
        }
    }

    private static boolean writes(StatementClass what) {
        return switch (what.kind()) {
            case WRITE, UNKNOWN_WRITE, DDL -> !what.answeredByOne();
            case READ, LOCKING_READ, LOCK_TABLE, TRANSACTION, SESSION, REFUSED -> false;
        };
    }

    private SQLException explain(ActiveRequest active, LockResult result) {
        if (result instanceof LockResult.TimedOut timedOut) {
            return new SQLException(
                    "lock on %s of %s not granted in time (lockTimeout %d ms); held by %s. The statement has no effect"
                            .formatted(
                                    timedOut.resource(),
                                    database.name(),
                                    database.lockTimeout().toMillis(),
                                    timedOut.holders()),
                    SqlState.LOCK_NOT_AVAILABLE.code());
        }
        if (result instanceof LockResult.Deadlock deadlock) {
            return new SQLException(
                    "deadlock, this transaction was rolled back and may be tried again: "
                            + deadlock.cycle(),
                    SqlState.ROLLED_BACK.code());
        }
        return active.cancelled(null);
    }

    /**
     * At REPEATABLE READ and above nothing a transaction has read may change before its end:
     * neither by a write to the table nor by one that locks the whole virtual database.
     */
    static List<LockRequest> forRead(List<LockRequest> requests, int isolation) {
        if (isolation < Connection.TRANSACTION_REPEATABLE_READ) {
            return requests;
        }
        List<LockRequest> strict = new ArrayList<>(requests.size() + 1);
        boolean shares = false;
        for (LockRequest request : requests) {
            boolean read = request.mode() == LockMode.ACCESS_SHARE;
            shares |= read && request.resource().table() != null;
            strict.add(read ? new LockRequest(request.resource(), LockMode.SHARE) : request);
        }
        if (shares) {
            strict.add(0, DATABASE_INTENT_SHARE);
        }
        return strict;
    }

    private static boolean stopsEverybody(List<LockRequest> requests) {
        for (LockRequest request : requests) {
            if (request.mode() == LockMode.EXCLUSIVE && request.resource().table() == null) {
                return true;
            }
        }
        return false;
    }

    /**
     * True if at least one table is locked as a whole, so that a difference between backends is no
     * race over rows.
     */
    static boolean exclusive(List<LockRequest> requests) {
        for (LockRequest request : requests) {
            if (request.resource().key() != null) {
                return false;
            }
        }
        return true;
    }
}
