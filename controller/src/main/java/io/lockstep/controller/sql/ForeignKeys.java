package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Locks on what refers to a written row and what it refers to. */
final class ForeignKeys {
    private final Draft draft;
    private final Schema schema;

    ForeignKeys(Draft draft, Schema schema) {
        this.draft = draft;
        this.schema = schema;
    }

    /**
     * A row of {@code child} is inserted, or its reference changed: the parent's key must stay.
     *
     * @param valueOf the value the row gets in a column (lower case), or null if that is not known
     */
    void lockParentKey(Table child, ForeignKey key, Function<String, TextValue> valueOf) {
        String parentName = key.parent().lockName();
        // InnoDB locks the whole parent row, so there an update of the parent must wait as well.
        LockMode mode = schema.has("mariadb") ? LockMode.SHARE : LockMode.KEY_SHARE;
        LockRequest otherwise = new LockRequest(Resource.table(parentName), LockMode.SHARE);
        Optional<List<KeyLock.Part>> parts = parts(key, valueOf);
        if (parts.isEmpty()) {
            draft.lockTable(parentName, LockMode.SHARE);
            return;
        }
        draft.lockTable(parentName, LockMode.INTENT_SHARE);
        draft.lock(new KeyLock(parentName, parentIndex(key), parts.get(), mode, otherwise, true));
    }

    private Optional<Table> parent(ForeignKey key) {
        return schema.find(
                new SqlName(
                        key.parent().schema().toLowerCase(Locale.ROOT),
                        key.parent().lockName(),
                        0));
    }

    private Optional<UniqueIndex> referenced(ForeignKey key) {
        Set<String> wanted = lowerCase(key.parentColumns());
        return parent(key)
                .flatMap(
                        table ->
                                table.uniqueIndexes().stream()
                                        .filter(UniqueIndex::plain)
                                        .filter(i -> lowerCase(i.columns()).equals(wanted))
                                        .min((a, b) -> Boolean.compare(b.primary(), a.primary())));
    }

    private String parentIndex(ForeignKey key) {
        return referenced(key).map(ForeignKeys::indexName).orElse("?");
    }

    /** What keys of the index are called in lock names. */
    static String indexName(UniqueIndex index) {
        return index.primary() ? "p" : index.name().toLowerCase(Locale.ROOT);
    }

    private Optional<List<KeyLock.Part>> parts(
            ForeignKey key, Function<String, TextValue> valueOf) {
        Optional<Table> parent = parent(key);
        Optional<UniqueIndex> index = referenced(key);
        if (parent.isEmpty() || index.isEmpty()) {
            return Optional.empty();
        }
        List<KeyLock.Part> parts = new ArrayList<>();
        for (String column : index.get().columns()) {
            int position = indexOf(key.parentColumns(), column);
            TextValue value = valueOf.apply(key.columns().get(position).toLowerCase(Locale.ROOT));
            if (value == null || !value.known() || parent.get().column(column).isEmpty()) {
                return Optional.empty();
            }
            KeyColumn keyColumn = new KeyColumn(parent.get().column(column).get(), false);
            parts.add(new KeyLock.Part(keyColumn, value.parameter(), value.constant()));
        }
        return Optional.of(parts);
    }

    private static int indexOf(List<String> columns, String wanted) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(wanted)) {
                return i;
            }
        }
        throw new IllegalArgumentException(wanted + " is not among " + columns);
    }

    private static Set<String> lowerCase(List<String> columns) {
        Set<String> set = new HashSet<>();
        columns.forEach(column -> set.add(column.toLowerCase(Locale.ROOT)));
        return set;
    }

    /**
     * Rows of {@code child} are written whose references are not known.
     *
     * @param assigned columns that change, in lower case; null for all
     */
    void lockParentTables(Table child, Set<String> assigned) {
        for (ForeignKey key : child.foreignKeys()) {
            if (assigned != null && Collections.disjoint(assigned, lowerCase(key.columns()))) {
                continue;
            }
            draft.lockTable(key.parent().lockName(), LockMode.SHARE);
            draft.read.add(key.parent().lockName());
        }
    }

    /** Rows of {@code parent} vanish or their keys change. */
    void lockChildren(Table parent) {
        lockChildren(parent.name().lockName(), new HashSet<>());
    }

    /** TRUNCATE .. CASCADE empties every table that refers to this one, directly or not. */
    void lockTruncated(String parent) {
        for (Schema.Reference reference : schema.referencesTo(parent)) {
            String child = reference.child().name().lockName();
            if (draft.written.add(child)) {
                draft.lockTable(child, LockMode.ACCESS_EXCLUSIVE);
                lockTruncated(child);
            }
        }
    }

    private void lockChildren(String parent, Set<String> done) {
        if (!done.add(parent)) {
            return;
        }
        for (Schema.Reference reference : schema.referencesTo(parent)) {
            String child = reference.child().name().lockName();
            if (!reference.changesChild()) {
                draft.lockTable(child, LockMode.SHARE);
                draft.read.add(child);
                continue;
            }
            draft.lockTable(child, LockMode.EXCLUSIVE);
            draft.written.add(child);
            if (reference.child().triggers()) {
                draft.lockDatabase(child + " has triggers: what they touch is not known");
            }
            lockChildren(child, done);
        }
    }
}
