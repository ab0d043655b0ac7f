package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.execution.StatementResult;
import io.lockstep.controller.execution.Verdict;
import io.lockstep.controller.sql.SessionSetting;
import io.lockstep.controller.sql.SessionSetting.Effect;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * SET and the like. A setting is tried on every backend; if all accept it, it is repeated on each
 * connection the session uses from then on, and those connections are reset or closed before they
 * go back to the pool. Such a session is slower, and its writes lock whole tables, since names may
 * mean other tables than usual. In a transaction it is one of the transaction's steps: repeated
 * where the transaction goes on after a backend's death, and undone where the engine undoes it.
 */
final class Settings {
    private static final StatementResult DONE = new StatementResult.Count(0, null);

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
        SessionSetting setting = what.setting();
        try {
            StatementResult result =
                    switch (setting.effect()) {
                        case NOTHING -> DONE;
                        case RESET_ALL -> resetAll(session);
                        case RESET, SET, SET_LOCAL ->
                                session.autoCommits()
                                        ? outside(session, statement, what)
                                        : inside(session, statement, what);
                    };
            completion.done(result);
        } catch (SQLException e) {
            ClientTransaction open = session.transaction();
            if (open != null && open.state() == ClientTransaction.State.ACTIVE) {
                transactions.judge(open, e);
            }
            completion.failed(e);
        }
    }

    private StatementResult resetAll(SessionContext session) throws SQLException {
        if (session.transaction() != null) {
            throw new SQLException(
                    "all settings can be reset only outside of a transaction; commit or roll back first",
                    SqlState.ACTIVE_TRANSACTION.code());
        }
        session.settings(SessionSettings.NONE);
        return DONE;
    }

    private StatementResult outside(
            SessionContext session, Statement statement, StatementClass what) throws SQLException {
        StatementResult result = tryEverywhere(session, call(statement, what));
        if (what.setting().effect() != Effect.SET_LOCAL) { // which ends with its statement here
            remember(session, statement, what);
        }
        return result;
    }

    private static void remember(SessionContext session, Statement statement, StatementClass what)
            throws SQLException {
        SessionSettings more = session.settings().with(what.setting(), statement.sql());
        if (more.size() > SessionContext.SETTINGS_MAX) {
            throw new SQLException(
                    "more than %d variables SET in one session; open a new connection"
                            .formatted(SessionContext.SETTINGS_MAX),
                    SqlState.PROGRAM_LIMIT_EXCEEDED.code());
        }
        session.settings(more);
    }

    /**
     * Tried on connections of its own unless every backend takes part already, since a backend that
     * joins later must not be the first to refuse it.
     */
    private StatementResult inside(SessionContext session, Statement statement, StatementClass what)
            throws SQLException {
        if (!database.oneEngine()) {
            throw new SQLException(
                    "behind this virtual database are several engines, which disagree about what becomes of a setting when its"
                            + " transaction is rolled back: SET in auto-commit mode",
                    SqlState.NOT_REPLICABLE.code());
        }
        StatementCall call = call(statement, what);
        ClientTransaction transaction =
                transactions.current(session, statement.transactionSequence());
        if (!transaction.backends().wrote()) {
            tryEverywhere(session, call);
        }
        SessionSettings before = session.settings();
        remember(session, statement, what);
        boolean done = false;
        try {
            StatementResult result =
                    answer(transaction.backends().set(call, database.rollbackUndoesSettings()));
            done = true;
            return result;
        } finally {
            if (!done) {
                session.settings(before);
            }
        }
    }

    private static StatementCall call(Statement statement, StatementClass what) {
        return new StatementCall(
                new Rendering(what, List.of(statement.parameters()), Instant.now()),
                false,
                statement.keys(),
                0);
    }

    private StatementResult tryEverywhere(SessionContext session, StatementCall call)
            throws SQLException {
        BackendTransaction trial = transactions.settingTrial(session);
        database.readSlots().transactionBegins();
        try {
            return answer(trial.write(call, false, true));
        } finally {
            trial.rollback();
            database.readSlots().transactionEnds();
        }
    }

    private static StatementResult answer(Verdict<StatementResult> verdict) throws SQLException {
        if (verdict instanceof Verdict.Agreed<StatementResult> agreed) {
            return agreed.result();
        }
        throw verdict instanceof Verdict.Refused<StatementResult> refused
                ? refused.error()
                : ((Verdict.TakenBack<StatementResult>) verdict).error();
    }
}
