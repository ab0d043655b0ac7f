package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * INSERT: the values of all unique keys are locked where the text or the parameters give them, and
 * columns left out whose default each database would evaluate for itself are filled in.
 */
final class InsertLocks {
    private static final TextValue UNKNOWN = new TextValue(false, -1, null, 0, 0);

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final Table table;
    private final String lockName;
    private final Effects effects;
    private final InsertShape shape;
    private final InsertCompletion completion;
    private boolean completed;

    InsertLocks(Draft draft, Schema schema, Table table, SqlName target, Effects effects) {
        this.effects = effects;
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.table = table;
        this.lockName = table.name().lockName();
        this.shape = InsertShape.of(tokens, target, table, schema);
        this.completion = new InsertCompletion(draft, schema, table, shape);
    }

    InsertShape shape() {
        return shape;
    }

    /** False if it has to be a table lock; nothing has been locked then. */
    boolean apply() {
        if (!shape.hasRows() || !Writes.plainIndexes(table) || !upsertOnPrimaryKeyOnly()) {
            return false;
        }
        if (complete() || draft.generatesKeys || draft.refusal != null) {
            return false;
        }
        List<KeyLock> keys = new ArrayList<>();
        for (UniqueIndex index : table.uniqueIndexes()) {
            for (int row = 0; row < shape.rows().size(); row++) {
                if (isFresh(index, row)) {
                    continue;
                }
                KeyLock key = key(index, row);
                if (key == null) {
                    return false;
                }
                keys.add(key);
            }
        }
        draft.lockTable(lockName, LockMode.INTENT_EXCLUSIVE);
        keys.forEach(draft::lock);
        for (ForeignKey key : table.foreignKeys()) {
            for (int i = 0; i < shape.rows().size(); i++) {
                int row = i;
                new ForeignKeys(draft, schema)
                        .lockParentKey(table, key, column -> value(column, row));
            }
        }
        return true;
    }

    /** Under a table lock: only what the databases would fill in themselves is looked after. */
    void completeUnderTableLock() {
        if (!completed) {
            complete();
        }
    }

    /** For INSERTs that are parts of a larger statement (MERGE, common table expressions). */
    static void refuseVolatileDefaults(Draft draft, Schema schema, Table table) {
        InnerInserts inserts = new InnerInserts(draft.tokens, schema, table);
        for (Column column : table.columns()) {
            InsertNumbers.leaveToDatabases(draft, schema, table, column);
            String name = column.name().toLowerCase(Locale.ROOT);
            if (!inserts.leaveOut(name)) {
                continue;
            }
            ColumnDefault standard = ColumnDefault.of(column, schema);
            switch (standard.kind()) {
                case DECIDED, VOLATILE -> {
                    if (!Rewrites.holdClock(draft, schema, standard)) {
                        draft.refuse(
                                Refusals.volatileDefault(
                                        column.name(), column.defaultExpression()));
                    }
                }
                case NUMBERED -> {
                    draft.generatesKeys = true;
                    if (inserts.leaveOutUnordered(name)) {
                        draft.refuse(Refusals.numberedFromSource(column.name()));
                    }
                }
                case CONSTANT, CONSTANT_UNKNOWN, OTHER -> {}
            }
        }
    }

    /** ON CONFLICT and ON DUPLICATE KEY: with one unique index the row met is the row named. */
    private boolean upsertOnPrimaryKeyOnly() {
        if (shape.plain()) {
            return true;
        }
        boolean upsert = tokens.find(0, "CONFLICT") >= 0 || tokens.find(0, "DUPLICATE") >= 0;
        return upsert
                && table.uniqueIndexes().size() == 1
                && schema.referencesTo(lockName).isEmpty()
                && !assignsKey();
    }

    /** Some column of the primary key stands in front of a {@code =} behind the rows. */
    private boolean assignsKey() {
        int last = shape.rowCloses().get(shape.rowCloses().size() - 1);
        for (int i = last; i < tokens.count(); i++) {
            if (tokens.is(i, "SET") && tokens.symbol(i + 1, '(')) {
                return true; // SET (a, b) = (..): perhaps one of them
            }
            if (tokens.isName(i) && tokens.symbol(i + 1, '=')) {
                String name = tokens.name(i);
                for (String column : table.uniqueIndexes().get(0).columns()) {
                    if (column.equalsIgnoreCase(name)) {
                        return true;
                    }
                }
            }
        }
        return !table.foreignKeys().isEmpty() || SelectShape.find(tokens, last, "SELECT") >= 0;
    }

    /** First token behind the rows of VALUES, in which this has looked after DEFAULT. */
    int behindRows() {
        List<Integer> closes = shape.rowCloses();
        return closes.isEmpty() ? 0 : closes.get(closes.size() - 1);
    }

    private TextValue value(String column, int row) {
        TextValue completed = completion.value(column, row);
        if (completed != null) {
            return completed;
        }
        int index = shape.index(column);
        return index >= 0 ? shape.rows().get(row).get(index) : UNKNOWN;
    }

    /** A part of the key is a UUID decided here: nobody else has it, so it needs no lock. */
    private boolean isFresh(UniqueIndex index, int row) {
        for (String column : index.columns()) {
            TextValue value = value(column.toLowerCase(Locale.ROOT), row);
            if (value.token() < 0) { // FRESH alone stands nowhere in the text
                return true;
            }
            for (Occurrence occurrence : effects.occurrences()) {
                if (occurrence.decided() == Occurrence.Decided.UUID
                        && occurrence.from() == value.token()
                        && occurrence.to() == value.end()) {
                    return true;
                }
            }
        }
        return false;
    }

    private KeyLock key(UniqueIndex index, int row) {
        List<KeyLock.Part> parts = new ArrayList<>();
        for (String name : index.columns()) {
            TextValue value = value(name.toLowerCase(Locale.ROOT), row);
            Column column = table.column(name).orElse(null);
            if (column == null || !value.known()) {
                return null;
            }
            boolean fillsIn = column.identity() != Identity.NONE;
            if (fillsIn && value.isNull()) {
                return null;
            }
            parts.add(
                    new KeyLock.Part(
                            new KeyColumn(column, fillsIn), value.parameter(), value.constant()));
        }
        return new KeyLock(
                lockName,
                ForeignKeys.indexName(index),
                parts,
                LockMode.EXCLUSIVE,
                new LockRequest(Resource.table(lockName), LockMode.EXCLUSIVE),
                false);
    }

    private boolean complete() {
        completed = true;
        return completion.complete();
    }
}
