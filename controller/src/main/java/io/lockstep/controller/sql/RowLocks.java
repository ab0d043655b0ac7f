package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.HashMap;
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
        Map<String, TextValue> assigned = assignments(shape);
        if (assigned == null) {
            return false;
        }
        for (UniqueIndex index : table.uniqueIndexes()) {
            for (String column : index.columns()) {
                if (assigned.containsKey(column.toLowerCase(Locale.ROOT))) {
                    return false;
                }
            }
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

    /** Assigned columns in lower case; null if they cannot all be told. */
    private Map<String, TextValue> assignments(SelectShape shape) {
        int set = SelectShape.find(tokens, 1, "SET");
        if (!shape.single() || set < 0) {
            return null;
        }
        Map<String, TextValue> assigned = new HashMap<>();
        int end = shape.where() < 0 ? tokens.count() : shape.where() - 1;
        int depth = 0;
        int start = set + 1;
        for (int i = set + 1; i <= end; i++) {
            depth += i < end ? SelectShape.nesting(tokens, i) : 0;
            if (depth == 0 && i < end && tokens.is(i, "FROM") && !tokens.is(i - 1, "DISTINCT")) {
                return null; // UPDATE .. FROM: rows of other tables choose
            }
            if (i == end || (depth == 0 && tokens.symbol(i, ','))) {
                if (!assignment(start, i, assigned)) {
                    return null;
                }
                start = i + 1;
            }
        }
        return assigned;
    }

    private boolean assignment(int from, int to, Map<String, TextValue> assigned) {
        int column = from;
        while (tokens.isName(column) && tokens.symbol(column + 1, '.')) {
            column += 2;
        }
        if (!tokens.isName(column) || !tokens.symbol(column + 1, '=')) {
            return false;
        }
        assigned.put(tokens.name(column), TextValue.of(tokens, column + 2, to));
        return true;
    }
}
