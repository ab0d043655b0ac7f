package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.Resource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * CREATE, ALTER, DROP, TRUNCATE, RENAME, COMMENT, GRANT: found by tokens alone. Each locks the
 * tables it names against everybody, readers included, and never the whole database unless the
 * table cannot be found in the text.
 */
final class DdlTexts {
    private static final Set<String> OBJECTS =
            Set.of(
                    "TABLE",
                    "INDEX",
                    "VIEW",
                    "SEQUENCE",
                    "SCHEMA",
                    "TRIGGER",
                    "FUNCTION",
                    "PROCEDURE",
                    "TYPE",
                    "DOMAIN",
                    "ALIAS",
                    "AGGREGATE",
                    "ROLE",
                    "USER",
                    "DATABASE",
                    "EXTENSION",
                    "SYNONYM",
                    "CONSTANT",
                    "RULE",
                    "POLICY",
                    "EVENT",
                    "SYSTEM",
                    "COLUMN",
                    "CONSTRAINT",
                    "OPERATOR",
                    "CAST",
                    "COLLATION",
                    "SERVER",
                    "TABLESPACE",
                    "PUBLICATION",
                    "SUBSCRIPTION",
                    "STATISTICS",
                    "PACKAGE");

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;

    DdlTexts(Draft draft, Schema schema) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
    }

    void classify() {
        draft.kind = StatementKind.DDL;
        draft.lock(Resource.DATABASE, LockMode.INTENT_EXCLUSIVE);
        switch (tokens.word(0)) {
            case "CREATE" -> create();
            case "ALTER" -> alter();
            case "DROP" -> drop();
            case "TRUNCATE" -> truncate();
            case "RENAME" -> rename();
            case "COMMENT", "GRANT", "REVOKE" -> onObject();
            case "DECLARE" -> declare();
            default -> draft.lockDatabase("the tables it concerns are not named"); // REINDEX
        }
        if (schema.has("postgresql") && ClockWords.inDefault(tokens)) {
            draft.refuse(Refusals.clockWordInDefault());
        }
    }

    /** Index of the kind of object, or -1. */
    private int object() {
        for (int i = 1; i < Math.min(tokens.count(), 14); i++) {
            if (OBJECTS.contains(tokens.word(i)) && !tokens.symbol(i - 1, '=')) {
                return i;
            }
        }
        return -1;
    }

    private int skipExists(int at) {
        int next = tokens.is(at, "CONCURRENTLY") ? at + 1 : at;
        if (tokens.are(next, "IF", "NOT", "EXISTS")) {
            next += 3;
        } else if (tokens.are(next, "IF", "EXISTS")) {
            next += 2;
        }
        return tokens.is(next, "ONLY") ? next + 1 : next;
    }

    private void whole(String reason) {
        draft.lockDatabase(reason);
    }

    private void exclusive(SqlName name) {
        draft.written.add(name.name());
        draft.lockTable(name.name(), LockMode.ACCESS_EXCLUSIVE);
    }

    private void create() {
        draft.harmlessDdl = true;
        int object = object();
        if (object < 0) {
            whole("what it makes is not known");
            return;
        }
        if (tokens.separators() > 0) {
            whole("it has a body of several statements");
            return;
        }
        int at = skipExists(object + 1);
        SqlName name = SqlName.at(tokens, at);
        switch (tokens.word(object)) {
            case "TABLE" -> createTable(object, name);
            case "INDEX" -> createIndex(object);
            case "TRIGGER", "RULE", "POLICY" -> onTable(object, name);
            case "VIEW" -> createView(name);
            default -> {
                if (name == null) {
                    whole("the name of what it makes could not be found");
                } else {
                    exclusive(name);
                }
            }
        }
    }

    private void createTable(int object, SqlName name) {
        if (name == null) {
            whole("the table's name could not be found");
            return;
        }
        if (temporary(object)) {
            draft.refuse(Refusals.temporaryTable());
            return;
        }
        int select = tokens.find(name.end(), "SELECT");
        if (schema.find(name).isPresent() && !tokens.is(1, "OR")) {
            existing(name);
            return;
        }
        exclusive(name);
        for (int i = name.end(); i < tokens.count(); i++) {
            if (tokens.is(i, "REFERENCES") || tokens.is(i, "LIKE")) {
                other(SqlName.at(tokens, i + 1));
            }
        }
        if (select >= 0) {
            asSelect(select);
        }
        new DdlTypes(draft, schema).createTable(name.end());
    }

    /** Only PostgreSQL, Derby and MariaDB forget the definition with the session; H2 does not. */
    private boolean temporary(int object) {
        boolean temporary = false;
        boolean local = false;
        for (int i = 1; i < object; i++) {
            temporary |= tokens.is(i, "TEMP") || tokens.is(i, "TEMPORARY");
            local |= tokens.is(i, "LOCAL");
        }
        return temporary && (local || !schema.has("h2"));
    }

    /**
     * CREATE of a name that exists fetches the engines' own answer; it changes nothing and must not
     * wait for those who use the table.
     */
    private void existing(SqlName name) {
        draft.written.add(name.name());
        draft.replaceLocks();
        draft.lock(Resource.DATABASE, LockMode.INTENT_SHARE);
        draft.lockTable(name.name(), LockMode.ACCESS_SHARE);
        draft.note(name + " exists: the databases will say so");
        new DdlTypes(draft, schema).createTable(name.end());
    }

    private void other(SqlName name) {
        if (name != null) {
            draft.lockTable(name.name(), LockMode.ACCESS_EXCLUSIVE);
            draft.read.add(name.name());
        }
    }

    private void asSelect(int select) {
        Effects effects = Effects.scan(tokens, select, schema);
        Set<String> read = Mentions.all(tokens, Optional.empty(), schema);
        read.removeAll(draft.written);
        draft.read.addAll(read);
        Writes.lockRead(draft, schema, read);
        if (!effects.occurrences().isEmpty()) {
            String value = tokens.raw(effects.occurrences().get(0).from());
            draft.refuse(
                    tokens.is(1, "MATERIALIZED")
                            ? Refusals.materialized(value)
                            : "CREATE TABLE .. AS SELECT with %s would store other values on each database. Create the table first, then INSERT."
                                    .formatted(value));
        }
        if (effects.sequences().any() || !effects.unknownFunctions().isEmpty()) {
            whole("its query calls functions or sequences");
        }
        Rewrites.refuseDifferent(draft, schema, effects);
    }

    private void createIndex(int object) {
        int on = tokens.find(object, "ON");
        SqlName table =
                on < 0 ? null : SqlName.at(tokens, tokens.is(on + 1, "ONLY") ? on + 2 : on + 1);
        if (table == null) {
            whole("the index's table could not be found");
        } else {
            exclusive(table);
        }
    }

    private void onTable(int object, SqlName name) {
        int on = tokens.find(object, "ON");
        SqlName table = on < 0 ? null : SqlName.at(tokens, on + 1);
        // CREATE TRIGGER .. AFTER UPDATE OF c ON t: the first ON is the right one everywhere.
        if (table == null || name == null) {
            whole("its table could not be found");
        } else {
            exclusive(table);
        }
    }

    private void createView(SqlName name) {
        if (name == null) {
            whole("the view's name could not be found");
            return;
        }
        exclusive(name);
        int query = tokens.find(name.end(), "AS");
        if (tokens.find(1, "MATERIALIZED") == 1 && query > 0) {
            asSelect(query + 1);
            return;
        }
        Set<String> read = Mentions.all(tokens, Optional.empty(), schema);
        read.remove(name.name());
        draft.read.addAll(read);
        read.forEach(table -> draft.lockTable(table, LockMode.ACCESS_SHARE));
    }

    private void alter() {
        draft.harmlessDdl = true;
        int object = object();
        if (object < 0 || tokens.is(object, "SYSTEM") || tokens.is(object, "INDEX")) {
            whole("the table it alters is not named");
            return;
        }
        SqlName name = SqlName.at(tokens, skipExists(object + 1));
        if (name == null) {
            whole("the name of what it alters could not be found");
            return;
        }
        exclusive(name);
        if (!tokens.is(object, "TABLE")) {
            return;
        }
        for (int i = name.end(); i < tokens.count(); i++) {
            if (tokens.is(i, "REFERENCES")) {
                other(SqlName.at(tokens, i + 1));
            } else if (tokens.are(i, "RENAME", "TO") || tokens.are(i, "RENAME", "AS")) {
                other(SqlName.at(tokens, i + 2));
            } else if (tokens.is(i, "INHERIT") || tokens.is(i, "PARTITION")) {
                other(SqlName.at(tokens, i + 1));
            }
        }
        if (reachesRelatives(name.end())) {
            relatives(name);
        }
        refuseFilling(name.end());
        DdlTypes types = new DdlTypes(draft, schema);
        types.alterTable(name);
    }

    /**
     * The same of what cannot be put in place by a constant: which clause it is in is not asked.
     */
    private void refuseUnknownFilling(int from) {
        boolean fills =
                tokens.find(from, "USING") >= 0
                        || (tokens.find(from, "ADD") >= 0 && tokens.find(from, "DEFAULT") >= 0);
        if (!fills) {
            return;
        }
        Effects effects = Effects.scan(tokens, from, schema);
        Set<String> differing = new LinkedHashSet<>(effects.environment());
        differing.addAll(effects.unseenFunctions());
        differing.addAll(effects.hidden().differs());
        differing.addAll(effects.hidden().clocks());
        if (!differing.isEmpty()) {
            draft.refuse(Refusals.filling(String.join(", ", differing)));
        }
    }

    /** ADD with a default, and TYPE .. USING, write into the rows that are there already. */
    private void refuseFilling(int from) {
        refuseUnknownFilling(from);
        for (Occurrence occurrence : Effects.scan(tokens, 0, schema).occurrences()) {
            int clause = from;
            int depth = 0;
            boolean using = false;
            for (int i = from; i < occurrence.from(); i++) {
                depth += SelectShape.nesting(tokens, i);
                using |= tokens.is(i, "USING");
                if (depth == 0 && tokens.symbol(i, ',')) {
                    clause = i + 1;
                    using = false;
                }
            }
            boolean later = tokens.are(occurrence.from() - 2, "ON", "UPDATE");
            if (!later && (using || tokens.is(clause, "ADD"))) {
                draft.refuse(Refusals.filling(tokens.raw(occurrence.from())));
            }
        }
    }

    /** Adding columns and indexes leaves the other ends of foreign keys alone. */
    private boolean reachesRelatives(int from) {
        for (int i = from; i < tokens.count(); i++) {
            switch (tokens.word(i)) {
                case "DROP", "ALTER", "MODIFY", "CHANGE", "RENAME", "CONVERT" -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }

    private void drop() {
        draft.harmlessDdl = true;
        int object = object();
        if (object < 0) {
            whole("what it drops is not known");
            return;
        }
        int at = skipExists(object + 1);
        switch (tokens.word(object)) {
            case "INDEX" -> dropIndex(at);
            case "TRIGGER", "RULE", "POLICY" -> dropFromTable(object, at);
            case "SCHEMA", "DATABASE" -> whole("everything in it is dropped");
            default -> {
                boolean tables = tokens.is(object, "TABLE");
                names(at, tables);
            }
        }
    }

    /** Names separated by commas. */
    private void names(int from, boolean withRelatives) {
        int at = from;
        do {
            at = tokens.is(at, "ONLY") ? at + 1 : at;
            SqlName name = SqlName.at(tokens, at);
            if (name == null) {
                whole("a name could not be found");
                return;
            }
            exclusive(name);
            if (withRelatives) {
                relatives(name);
            }
            at = tokens.symbol(name.end(), '*') ? name.end() + 1 : name.end();
        } while (tokens.symbol(at++, ','));
    }

    /** Engines lock the other end of a foreign key as well when they drop or alter a table. */
    private void relatives(SqlName name) {
        Optional<Table> table = schema.find(name);
        for (Schema.Reference reference : schema.referencesTo(name.name())) {
            draft.lockTable(reference.child().name().lockName(), LockMode.ACCESS_EXCLUSIVE);
        }
        if (table.isPresent()) {
            for (Catalogue.ForeignKey key : table.get().foreignKeys()) {
                draft.lockTable(key.parent().lockName(), LockMode.ACCESS_EXCLUSIVE);
            }
        }
    }

    private void dropIndex(int at) {
        SqlName index = SqlName.at(tokens, at);
        SqlName table =
                index != null && tokens.is(index.end(), "ON")
                        ? SqlName.at(tokens, index.end() + 1)
                        : null;
        Optional<String> owner =
                index == null ? Optional.empty() : schema.tableOfIndex(index.name());
        if (table != null) {
            exclusive(table);
        } else if (owner.isPresent()) {
            draft.written.add(owner.get());
            draft.lockTable(owner.get(), LockMode.ACCESS_EXCLUSIVE);
        } else {
            whole("the table of the index is not known");
        }
    }

    private void dropFromTable(int object, int at) {
        int on = tokens.find(object, "ON");
        SqlName table = on < 0 ? null : SqlName.at(tokens, on + 1);
        if (table == null) {
            whole("the table of " + tokens.word(object).toLowerCase(Locale.ROOT) + " is not named");
        } else {
            exclusive(table);
        }
        if (SqlName.at(tokens, at) == null) {
            whole("the name of what it drops could not be found");
        }
    }

    private void truncate() {
        int at = tokens.is(1, "TABLE") ? 2 : 1;
        names(at, tokens.find(1, "CASCADE") >= 0);
        if (tokens.find(1, "CASCADE") >= 0) {
            for (String table : List.copyOf(draft.written)) {
                new ForeignKeys(draft, schema).lockTruncated(table);
            }
        }
    }

    private void rename() {
        draft.harmlessDdl = true;
        if (!tokens.is(1, "TABLE")) {
            SqlName column = SqlName.at(tokens, 2);
            if (tokens.is(1, "COLUMN") && column != null && column.schema() != null) {
                draft.written.add(column.schema());
                draft.lockTable(column.schema(), LockMode.ACCESS_EXCLUSIVE);
            } else {
                whole("the table it concerns is not named");
            }
            return;
        }
        for (int i = 2; i < tokens.count(); i++) {
            SqlName name = SqlName.at(tokens, i);
            if (name != null && !tokens.is(i, "TO")) {
                exclusive(name);
                i = name.end() - 1;
            }
        }
    }

    /** COMMENT ON, GRANT .. ON, REVOKE .. ON. */
    private void onObject() {
        int on = tokens.find(1, "ON");
        if (on < 0) {
            return; // roles alone
        }
        int at = on + 1;
        boolean column = tokens.is(at, "COLUMN");
        at = OBJECTS.contains(tokens.word(at)) ? at + 1 : at;
        SqlName name = SqlName.at(tokens, at);
        if (name == null) {
            whole("its object could not be found");
            return;
        }
        String table = column && name.schema() != null ? name.schema() : name.name();
        draft.written.add(table);
        draft.lockTable(table, LockMode.EXCLUSIVE);
    }

    private void declare() {
        if (tokens.find(1, "TEMPORARY") >= 0) {
            draft.refuse(Refusals.temporaryTable());
        } else {
            draft.refuse(
                    "Cursors declared as text belong to one connection. Use a PreparedStatement with setFetchSize.");
        }
    }
}
