package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** UPDATE and DELETE of rows named by their primary key. */
final class RowLocks {
    private static final Set<String> AFTER_UPDATED = Set.of("SET");
    private static final Set<String> AFTER_DELETED = Set.of("WHERE", "RETURNING", "ORDER", "LIMIT");

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final Table table;
    private final String lockName;

    RowLocks(Draft draft, Schema schema, Table table) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.table = table;
        this.lockName = table.name().lockName();
    }

    /** False if it has to be a table lock; nothing has been locked then. */
    boolean apply() {
        return Writes.plainIndexes(table) && (tokens.is(0, "DELETE") ? delete() : update());
    }

    private boolean delete() {
        if (!tokens.is(1, "FROM") || table.uniqueIndexes().size() > 1) {
            return false; // a further unique value comes free: who may take it is for a table lock
        }
        SelectShape shape = SelectShape.afterTable(tokens, 2, AFTER_DELETED, false);
        List<KeyPins.Pin> pins = KeyPins.of(shape, schema);
        if (pins.isEmpty()) {
            return false;
        }
        lock(pins, LockMode.EXCLUSIVE);
        new ForeignKeys(draft, schema).lockChildren(table);
        return true;
    }

    private boolean update() {
        SelectShape shape = SelectShape.afterTable(tokens, 1, AFTER_UPDATED, false);
        Map<String, TextValue> assigned = Assignments.of(tokens);
        if (assigned == null || SelectShape.find(tokens, 1, "FROM") >= 0) {
            return false;
        }
        if (Writes.assignsUnique(table, assigned.keySet(), schema)) {
            return false;
        }
        List<KeyPins.Pin> pins = KeyPins.of(shape, schema);
        if (pins.isEmpty()) {
            return false;
        }
        // Rows that refer to this one may come and go: its key stays.
        lock(pins, LockMode.NO_KEY_EXCLUSIVE);
        for (ForeignKey key : table.foreignKeys()) {
            if (key.columns().stream()
                    .anyMatch(column -> assigned.containsKey(column.toLowerCase(Locale.ROOT)))) {
                new ForeignKeys(draft, schema).lockParentKey(table, key, assigned::get);
            }
        }
        return true;
    }

    private void lock(List<KeyPins.Pin> pins, LockMode mode) {
        draft.pinnedRows = pins.size();
        draft.lockTable(lockName, LockMode.INTENT_EXCLUSIVE);
        LockRequest otherwise = new LockRequest(Resource.table(lockName), LockMode.EXCLUSIVE);
        pins.forEach(pin -> draft.lock(pin.lock(mode, otherwise)));
    }
}
