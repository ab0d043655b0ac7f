package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import io.lockstep.controller.sql.Effects.RowLock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.sf.jsqlparser.statement.Statement;

/**
 * SELECT, VALUES, TABLE and WITH: reads, locking reads, and what only looks like a read. A text is
 * a {@link StatementKind#READ} when {@link Effects} has seen every token and found nothing that
 * changes anything; the parser has no say in that.
 */
final class Queries {
    /** What all advisory locks are locked by: which of them a parameter names is not asked. */
    private static final String ADVISORY = "advisory lock";

    private static final Set<String> ADVISORY_LOCKS =
            Set.of(
                    "pg_advisory_xact_lock",
                    "pg_advisory_xact_lock_shared",
                    "pg_try_advisory_xact_lock",
                    "pg_try_advisory_xact_lock_shared");

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final int verb;

    /** {@code verb}: index of the first keyword. */
    Queries(Draft draft, Schema schema, int verb) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.verb = verb;
    }

    void classify() {
        Effects effects = Effects.scan(tokens, verb, schema);
        draft.returnsRows = true;
        draft.lockWait = effects.lockWait();
        if (effects.modifies()) {
            new Writes(draft, schema).classify();
            return;
        }
        if (!effects.sessionValues().isEmpty()) {
            draft.refuse(Refusals.sessionValue(effects.sessionValues()));
        } else if (!effects.sessionStates().isEmpty()) {
            draft.refuse(Refusals.sessionState(effects.sessionStates()));
        } else if (effects.assignsVariable()) {
            draft.refuse(Refusals.userVariables());
        } else if (effects.userVariables()) {
            unknown("user variables belong to one connection");
        } else if (effects.into()) {
            selectInto(effects);
        } else if (advisoryLocks(effects)) {
            advisoryLock();
        } else if (!effects.unknownFunctions().isEmpty() && !tokens.hasReadHint()) {
            unknown(
                    "it is not known whether these functions change anything: "
                            + String.join(", ", effects.unknownFunctions()));
            Rewrites.clocks(draft, schema, effects);
        } else {
            Optional<Statement> parsed = Parser.parse(tokens);
            draft.read.addAll(Mentions.all(tokens, parsed, schema));
            if (effects.sequences().any()) {
                sequences(effects);
            } else if (effects.rowLock() != RowLock.NONE) {
                lockingRead(effects);
            } else {
                read(effects);
            }
        }
    }

    /**
     * PostgreSQL's locks to the end of the transaction, with nothing beside them in the text, which
     * are locks of the controller's own as well: a migration tool holds one on one connection and
     * works on another.
     */
    private boolean advisoryLocks(Effects effects) {
        return schema.hasOnly("postgresql")
                && !effects.unknownFunctions().isEmpty()
                && ADVISORY_LOCKS.containsAll(effects.unknownFunctions())
                && effects.hidden().isNone()
                && effects.environment().isEmpty()
                && effects.occurrences().isEmpty()
                && !effects.sequences().any()
                && !effects.callsOwnRoutine()
                && !effects.subquery()
                && tokens.find(0, "FROM") < 0;
    }

    private void advisoryLock() {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lock(Resource.DATABASE, LockMode.INTENT_EXCLUSIVE);
        draft.lockTable(ADVISORY, LockMode.EXCLUSIVE);
        draft.note("advisory locks are taken one at a time, to the end of the transaction");
    }

    private void unknown(String reason) {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase(reason);
    }

    private void read(Effects effects) {
        draft.kind = StatementKind.READ;
        draft.read.forEach(table -> draft.lockTable(table, LockMode.ACCESS_SHARE));
        SelectShape shape = SelectShape.of(tokens, verb);
        draft.atMostOneRow = shape.plainAggregate() || KeyPins.of(shape, schema).size() == 1;
        if (!effects.unknownFunctions().isEmpty()) {
            draft.declaredReader = true;
            draft.note("declared a reader by its lockstep:read comment");
        }
        if (!effects.unknownFunctions().isEmpty()
                || effects.callsOwnRoutine()
                || draft.read.stream().anyMatch(schema::isView)) {
            draft.readsUnnamedTables();
        }
    }

    private void sequences(Effects effects) {
        draft.kind = StatementKind.WRITE;
        Draws draws = new Draws(draft, schema, effects);
        draft.lock(Resource.DATABASE, LockMode.INTENT_EXCLUSIVE);
        if (draws.oneRow(verb) && draws.replace(token -> 0)) {
            draft.written.addAll(effects.sequences().names());
            draft.read.clear();
            draft.answeredByOne = true;
            draft.atMostOneRow = true;
        } else {
            draft.generatesKeys = true;
            draws.leaveToDatabases();
            Writes.lockRead(draft, schema, draft.read);
        }
        Rewrites.apply(draft, schema, effects, false);
    }

    private void lockingRead(Effects effects) {
        draft.kind = StatementKind.LOCKING_READ;
        Set<String> tables = new LinkedHashSet<>(draft.read);
        if (tables.stream().anyMatch(schema::isView)) {
            draft.lockDatabase("the tables behind a view are not known");
            return;
        }
        draft.written.addAll(tables);
        draft.read.clear();
        SelectShape shape = SelectShape.of(tokens, verb);
        boolean exclusive =
                effects.rowLock() == RowLock.UPDATE || effects.rowLock() == RowLock.NO_KEY_UPDATE;
        draft.lock(
                Resource.DATABASE, exclusive ? LockMode.INTENT_EXCLUSIVE : LockMode.INTENT_SHARE);
        LockMode tableMode = exclusive ? LockMode.EXCLUSIVE : LockMode.SHARE;
        List<KeyPins.Pin> pins = shape.single() ? KeyPins.of(shape, schema) : List.of();
        if (pins.isEmpty() && exclusive && claims(shape, keyMode(effects.rowLock()))) {
            draft.lockTable(shape.table().name(), LockMode.INTENT_EXCLUSIVE);
            draft.note("each row is locked when it is found; those that others hold are skipped");
        } else if (pins.isEmpty()) {
            tables.forEach(table -> draft.lockTable(table, tableMode));
        } else {
            LockRequest otherwise =
                    new LockRequest(Resource.table(shape.table().name()), tableMode);
            draft.lockTable(
                    shape.table().name(),
                    exclusive ? LockMode.INTENT_EXCLUSIVE : LockMode.INTENT_SHARE);
            pins.forEach(pin -> draft.lock(pin.lock(keyMode(effects.rowLock()), otherwise)));
            draft.atMostOneRow = pins.size() == 1;
        }
        Rewrites.apply(draft, schema, effects, false);
    }

    /**
     * Whether rows can be locked one by one as a database finds them. That takes an engine that
     * gives row locks back with a savepoint, which InnoDB does not, and a limit, because the rows
     * are held here until all of them are locked.
     */
    private boolean claims(SelectShape shape, LockMode mode) {
        boolean limited =
                SelectShape.find(tokens, verb, "LIMIT") > 0
                        || SelectShape.find(tokens, verb, "FETCH") > 0;
        Optional<Table> found = shape.single() ? schema.find(shape.table()) : Optional.empty();
        Optional<UniqueIndex> key = found.flatMap(Table::primaryKey);
        if (draft.lockWait != StatementClass.LockWait.SKIP_LOCKED
                || !limited
                || key.isEmpty()
                || !key.get().plain()
                || schema.has("mariadb")
                || schema.has("derby")) {
            return false;
        }
        List<String> columns = new SelectList(shape, found.get()).columns();
        List<KeyLock.Part> parts = new ArrayList<>();
        for (String name : key.get().columns()) {
            int position = columns.indexOf(name.toLowerCase(Locale.ROOT));
            Optional<Column> column = found.get().column(name);
            if (position < 0 || column.isEmpty()) {
                return false;
            }
            parts.add(new KeyLock.Part(new KeyColumn(column.get(), false), position, null));
        }
        String table = found.get().name().lockName();
        LockRequest otherwise = new LockRequest(Resource.table(table), LockMode.EXCLUSIVE);
        draft.claim = new RowClaim(new KeyLock(table, "p", parts, mode, otherwise, false));
        return true;
    }

    private static LockMode keyMode(RowLock lock) {
        return switch (lock) {
            case UPDATE -> LockMode.EXCLUSIVE;
            case NO_KEY_UPDATE -> LockMode.NO_KEY_EXCLUSIVE;
            case SHARE -> LockMode.SHARE;
            case KEY_SHARE, NONE -> LockMode.KEY_SHARE;
        };
    }

    /** {@code SELECT .. INTO name} makes a table; files and variables are the server's own. */
    private void selectInto(Effects effects) {
        int into = tokens.find(verb, "INTO");
        int at = into + 1;
        if (tokens.is(at, "TEMP") || tokens.is(at, "TEMPORARY")) {
            draft.refuse(Refusals.temporaryTable());
            return;
        }
        while (tokens.is(at, "UNLOGGED") || tokens.is(at, "TABLE")) {
            at++;
        }
        SqlName name = SqlName.at(tokens, at);
        if (name == null || tokens.is(at, "OUTFILE") || tokens.is(at, "DUMPFILE")) {
            unknown("SELECT INTO a file or variable");
            return;
        }
        draft.kind = StatementKind.DDL;
        draft.returnsRows = false;
        draft.written.add(name.name());
        draft.lockDatabase("SELECT INTO makes a table out of what others may be changing");
        if (!effects.occurrences().isEmpty() || !effects.environment().isEmpty()) {
            draft.refuse(Refusals.selectedInto());
        } else {
            Rewrites.refuseDifferent(draft, schema, effects);
        }
    }
}
