package io.lockstep.controller.sql;

import io.lockstep.controller.sql.StatementClass.TransactionVerb;
import io.lockstep.controller.sql.StatementClass.TransactionVerb.Verb;
import io.lockstep.protocol.SqlState;
import java.sql.Connection;

/** Transaction control and session settings written as text. */
final class SessionTexts {
    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;

    SessionTexts(Draft draft, Schema schema) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
    }

    static boolean isSessionVerb(Tokens tokens) {
        return switch (tokens.word(0)) {
            case "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT" -> true;
            case "RELEASE", "SET", "RESET", "USE", "DISCARD", "XA" -> true;
            case "PREPARE" -> tokens.is(1, "TRANSACTION");
            default -> false;
        };
    }

    void classify() {
        switch (tokens.word(0)) {
            case "BEGIN" -> begin(1);
            case "START" -> begin(1);
            case "COMMIT", "END" -> end(Verb.COMMIT);
            case "ABORT" -> end(Verb.ROLLBACK);
            case "ROLLBACK" -> rollback();
            case "SAVEPOINT" -> savepoint(Verb.SAVEPOINT, 1);
            case "RELEASE" -> savepoint(Verb.RELEASE_SAVEPOINT, tokens.is(1, "SAVEPOINT") ? 2 : 1);
            case "SET" -> set();
            case "XA", "PREPARE" -> refuseTwoPhase();
            default -> new SettingTexts(draft, schema).classify(); // RESET, USE, DISCARD
        }
    }

    private void verb(Verb verb, String name, int isolation) {
        draft.kind = StatementKind.TRANSACTION;
        draft.verb = new TransactionVerb(verb, name, isolation);
    }

    private int skipWork(int at) {
        return tokens.is(at, "WORK") || tokens.is(at, "TRANSACTION") || tokens.is(at, "TRAN")
                ? at + 1
                : at;
    }

    private void begin(int at) {
        int next = skipWork(at);
        if (tokens.is(0, "START") && next == at) {
            OtherTexts.classify(draft, schema); // START SLAVE and the like
            return;
        }
        if (next == tokens.count()) {
            verb(Verb.BEGIN, null, -1);
        } else if (tokens.are(next, "ISOLATION", "LEVEL")) {
            verb(Verb.BEGIN, null, isolation(next + 2));
        } else if (tokens.are(next, "READ", "WRITE") && next + 2 == tokens.count()) {
            verb(Verb.BEGIN, null, -1);
        } else {
            draft.refuse(
                    "BEGIN with these options is not supported. Use Connection.setAutoCommit(false), setReadOnly and setTransactionIsolation, or plain BEGIN.");
        }
    }

    private void end(Verb verb) {
        int next = skipWork(1);
        if (next == tokens.count() || tokens.are(next, "AND", "NO", "CHAIN")) {
            verb(verb, null, -1);
        } else if (tokens.is(next, "PREPARED")) {
            refuseTwoPhase();
        } else {
            draft.refuse(
                    "This form of COMMIT or ROLLBACK is not supported. Send plain COMMIT or ROLLBACK, then begin anew.");
        }
    }

    private void rollback() {
        int next = skipWork(1);
        if (tokens.is(next, "TO")) {
            savepoint(
                    Verb.ROLLBACK_TO_SAVEPOINT,
                    tokens.is(next + 1, "SAVEPOINT") ? next + 2 : next + 1);
        } else {
            end(Verb.ROLLBACK);
        }
    }

    private void savepoint(Verb verb, int at) {
        if (tokens.isName(at)) {
            verb(verb, tokens.raw(at), -1);
        } else {
            draft.refuse(SqlState.SYNTAX_ERROR, "The name of the savepoint is missing.");
        }
    }

    private void refuseTwoPhase() {
        draft.refuse(
                "Two-phase commit by the client is not supported: Lockstep itself commits on all databases. Use plain COMMIT.");
    }

    private void set() {
        boolean session = tokens.is(1, "SESSION");
        int at = session || tokens.is(1, "LOCAL") ? 2 : 1;
        if (tokens.are(at, "TRANSACTION", "ISOLATION", "LEVEL")) {
            setIsolation(at + 3, session ? Verb.SET_ISOLATION : Verb.SET_TRANSACTION_ISOLATION);
        } else if (tokens.are(at, "CHARACTERISTICS", "AS", "TRANSACTION", "ISOLATION", "LEVEL")) {
            setIsolation(at + 5, Verb.SET_ISOLATION);
        } else if (tokens.is(at, "TRANSACTION") || tokens.is(at, "CHARACTERISTICS")) {
            draft.refuse(
                    "SET TRANSACTION with these options is not supported. Use Connection.setReadOnly, or SET TRANSACTION ISOLATION LEVEL alone.");
        } else if (tokens.is(at, "ISOLATION") || tokens.are(at, "CURRENT", "ISOLATION")) {
            int level = at + (tokens.is(at, "CURRENT") ? 2 : 1);
            setIsolation(
                    tokens.symbol(level, '=') || tokens.is(level, "TO") ? level + 1 : level,
                    Verb.SET_ISOLATION);
        } else {
            new SettingTexts(draft, schema).classify();
        }
    }

    private void setIsolation(int at, Verb verb) {
        int isolation = isolation(at);
        if (isolation < 0) {
            draft.refuse(
                    "The isolation level is not known. Levels are READ UNCOMMITTED, READ COMMITTED, REPEATABLE READ, SERIALIZABLE.");
        } else {
            verb(verb, null, isolation);
        }
    }

    private int isolation(int at) {
        return switch (tokens.word(at)) {
            case "SERIALIZABLE" -> Connection.TRANSACTION_SERIALIZABLE;
            case "REPEATABLE" -> Connection.TRANSACTION_REPEATABLE_READ;
            case "UR", "DIRTY" -> Connection.TRANSACTION_READ_UNCOMMITTED;
            case "CS" -> Connection.TRANSACTION_READ_COMMITTED;
            case "RS" -> Connection.TRANSACTION_REPEATABLE_READ;
            case "RR" -> Connection.TRANSACTION_SERIALIZABLE;
            case "READ" ->
                    tokens.is(at + 1, "UNCOMMITTED")
                            ? Connection.TRANSACTION_READ_UNCOMMITTED
                            : Connection.TRANSACTION_READ_COMMITTED;
            case "CURSOR" -> Connection.TRANSACTION_READ_COMMITTED;
            default -> -1;
        };
    }
}
