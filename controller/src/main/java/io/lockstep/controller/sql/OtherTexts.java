package io.lockstep.controller.sql;

import io.lockstep.controller.scheduler.LockMode;
import java.util.Map;

/** LOCK TABLE and the verbs that are neither queries, writes, DDL nor session control. */
final class OtherTexts {
    private OtherTexts() {}

    static void classify(Draft draft, Schema schema) {
        Tokens tokens = draft.tokens;
        switch (tokens.word(0)) {
            case "LOCK" -> lock(draft);
            case "SHUTDOWN", "KILL" ->
                    draft.refuse(
                            "This would stop databases or their sessions behind Lockstep's back. Use lockstep backend disable or lockstep session kill, or connect to the database itself.");
            case "LISTEN", "UNLISTEN", "NOTIFY" ->
                    draft.refuse(
                            "Notifications belong to one connection of one database and are not passed on. Connect to the database itself for them.");
            case "PREPARE", "DEALLOCATE" -> draft.refuse(Refusals.preparedByText());
            case "EXECUTE" -> execute(draft);
            case "UNLOCK" -> draft.refuse("Locks are held until the transaction ends. Use COMMIT.");
            case "COPY" -> copy(draft);
            case "DO" -> block(draft, schema);
            case "REFRESH" -> refresh(draft, schema);
            default -> {
                if (schema.has("mariadb")) {
                    ofMariaDb(draft);
                } else if (schema.has("h2") && tokens.word(0).endsWith("SCRIPT")) {
                    draft.refuse(Refusals.administration(tokens.word(0)));
                } else {
                    unknown(draft);
                }
            }
        }
    }

    private static void unknown(Draft draft) {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase("the verb is not known");
    }

    /** {@code REFRESH MATERIALIZED VIEW [CONCURRENTLY] name}: stores what its query gives. */
    private static void refresh(Draft draft, Schema schema) {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase("it fills a view out of what others may be changing");
        int view = draft.tokens.find(1, "VIEW");
        int at = draft.tokens.is(view + 1, "CONCURRENTLY") ? view + 2 : view + 1;
        SqlName name = view < 0 ? null : SqlName.at(draft.tokens, at);
        if (name == null) {
            return;
        }
        HiddenCode.Reach reach = schema.hiddenCode().ofRefresh(name.name());
        if (!reach.differs().isEmpty() || !reach.clocks().isEmpty()) {
            draft.refuse(
                    Refusals.hiddenDifference(
                            reach.differs().isEmpty() ? reach.clocks() : reach.differs()));
        }
    }

    /** Verbs that end the transaction there. */
    private static void ofMariaDb(Draft draft) {
        Tokens tokens = draft.tokens;
        String verb = tokens.word(0);
        switch (verb) {
            case "OPTIMIZE", "REPAIR", "CHECK" -> {
                draft.returnsRows = true;
                maintenance(draft);
            }
            case "FLUSH",
                    "CACHE",
                    "INSTALL",
                    "UNINSTALL",
                    "START",
                    "STOP",
                    "CHANGE",
                    "PURGE",
                    "BACKUP",
                    "BINLOG" ->
                    draft.refuse(Refusals.administration(verb));
            case "LOAD" -> {
                if (tokens.is(1, "INDEX")) {
                    draft.refuse(Refusals.administration(verb));
                } else {
                    unknown(draft);
                }
            }
            default -> unknown(draft);
        }
    }

    /** Where it ends the transaction it is done as DDL is: alone, and again after a crash. */
    static void maintenance(Draft draft) {
        draft.kind = StatementKind.DDL;
        draft.lockDatabase("it works on whole tables");
    }

    private static void execute(Draft draft) {
        boolean immediate = draft.tokens.is(1, "IMMEDIATE");
        draft.refuse(immediate ? Refusals.executedText() : Refusals.preparedByText());
    }

    /** PostgreSQL's {@code DO 'body'}; MariaDB's DO has expressions instead. */
    private static void block(Draft draft, Schema schema) {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase("a block may change anything");
        Tokens tokens = draft.tokens;
        for (int i = 1; i < tokens.count() && schema.has("postgresql"); i++) {
            if (tokens.kind(i) == Tokens.Kind.STRING) {
                HiddenCode.Reach reach = schema.hiddenCode().ofBlock(body(tokens.raw(i)));
                if (!reach.differs().isEmpty() || !reach.clocks().isEmpty()) {
                    draft.refuse(
                            Refusals.hiddenDifference(
                                    reach.differs().isEmpty() ? reach.clocks() : reach.differs()));
                }
            }
        }
    }

    private static String body(String quoted) {
        if (quoted.startsWith("$")) {
            int open = quoted.indexOf('$', 1) + 1;
            return quoted.substring(open, Math.max(open, quoted.length() - open));
        }
        return quoted.substring(1, Math.max(1, quoted.length() - 1)).replace("''", "'");
    }

    private static void copy(Draft draft) {
        if (draft.tokens.find(0, "STDIN") >= 0 || draft.tokens.find(0, "STDOUT") >= 0) {
            draft.refuse(
                    "COPY to and from the client is not supported. Use INSERT in batches, or SELECT.");
        } else {
            draft.kind = StatementKind.UNKNOWN_WRITE;
            draft.lockDatabase("COPY reads or writes files of the server");
        }
    }

    /** {@code LOCK [TABLE] [ONLY] name, ... [IN mode MODE] [NOWAIT]} */
    private static void lock(Draft draft) {
        Tokens tokens = draft.tokens;
        if (tokens.is(1, "TABLES")) {
            draft.refuse(
                    "LOCK TABLES commits and outlives the transaction on MariaDB. Use LOCK TABLE name IN EXCLUSIVE MODE or SELECT .. FOR UPDATE.");
            return;
        }
        draft.kind = StatementKind.LOCK_TABLE;
        LockMode mode = mode(tokens);
        int at = tokens.is(1, "TABLE") ? 2 : 1;
        draft.lock(
                AccessPlan.DATABASE_INTENT_EXCLUSIVE.resource(),
                AccessPlan.DATABASE_INTENT_EXCLUSIVE.mode());
        do {
            at = tokens.is(at, "ONLY") ? at + 1 : at;
            SqlName name = SqlName.at(tokens, at);
            if (name == null) {
                draft.kind = StatementKind.UNKNOWN_WRITE;
                draft.lockDatabase("the table to lock could not be found in the text");
                return;
            }
            draft.written.add(name.name());
            draft.lockTable(name.name(), mode);
            at = tokens.symbol(name.end(), '*') ? name.end() + 1 : name.end();
        } while (tokens.symbol(at++, ','));
        // H2 and MariaDB have no such statement; Lockstep's own lock is the one that counts.
        draft.splices.replace(
                0, tokens.text().length(), Map.of("h2", "SET @LOCKSTEP = NULL", "mariadb", "DO 0"));
        if (tokens.is(tokens.count() - 1, "NOWAIT")) {
            draft.lockWait = StatementClass.LockWait.NOWAIT;
        }
    }

    private static LockMode mode(Tokens tokens) {
        int in = tokens.find(1, "IN");
        if (in < 0) {
            return LockMode.ACCESS_EXCLUSIVE;
        }
        if (tokens.are(in + 1, "ROW", "SHARE") || tokens.are(in + 1, "ACCESS", "SHARE")) {
            return LockMode.INTENT_SHARE;
        }
        if (tokens.are(in + 1, "ROW", "EXCLUSIVE")) {
            return LockMode.INTENT_EXCLUSIVE;
        }
        if (tokens.are(in + 1, "SHARE", "MODE")) {
            return LockMode.SHARE;
        }
        if (tokens.is(in + 1, "SHARE")) { // SHARE UPDATE EXCLUSIVE, SHARE ROW EXCLUSIVE
            return LockMode.EXCLUSIVE;
        }
        return LockMode.ACCESS_EXCLUSIVE;
    }
}
