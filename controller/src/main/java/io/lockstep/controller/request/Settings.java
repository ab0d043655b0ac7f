package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.execution.Verdict;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * SET and the like. A setting is tried on every backend; if all accept it, it is repeated on each
 * connection the session uses from then on, and those connections are closed afterwards instead of
 * going back to the pool. Such a session is slower, and its writes lock whole tables, since names
 * may mean other tables than usual.
 */
final class Settings {
    private final VirtualDatabase database;
    private final Transactions transactions;

    Settings(VirtualDatabase database, Transactions transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /** Answers on {@code completion}. */
    void set(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Completion completion) {
        try {
            if (session.settings().size() >= SessionContext.SETTINGS_MAX) {
                throw new SQLException(
                        "more than %d SET statements in one session; open a new connection"
                                .formatted(SessionContext.SETTINGS_MAX),
                        SqlState.PROGRAM_LIMIT_EXCEEDED.code());
            }
            if (session.transaction() != null) {
                throw new SQLException(
                        "session settings cannot change within a transaction, since it must be possible to repeat"
                                + " them on another connection: SET before the first statement, or commit first",
                        SqlState.NOT_REPLICABLE.code());
            }
            StatementResult result = tryEverywhere(session, statement, what);
            session.settings().add(statement.sql());
            completion.done(result);
        } catch (SQLException e) {
            completion.failed(e);
        }
    }

    private StatementResult tryEverywhere(
            SessionContext session, Statement statement, StatementClass what) throws SQLException {
        StatementCall call =
                new StatementCall(
                        new Rendering(what, List.of(statement.parameters()), Instant.now()),
                        false,
                        statement.keys(),
                        0);
        BackendTransaction trial = transactions.settingTrial(session);
        database.readSlots().transactionBegins();
        try {
            Verdict<StatementResult> verdict = trial.write(call, false, true);
            if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
                return agreed.result();
            }
            throw verdict instanceof Verdict.Refused<StatementResult> refused
                    ? refused.error()
                    : ((Verdict.TakenBack<StatementResult>) verdict).error();
        } finally {
            trial.rollback();
            database.readSlots().transactionEnds();
        }
    }
}
